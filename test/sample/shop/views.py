from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST


def front_page(request):
    """Counts the items in the cart, which the session holds: an empty session is read and never saved."""
    return render(request, "shop/front_page.html", {"items": request.session.get("cart", 0)})


@require_POST
def add_to_cart(request):
    request.session["cart"] = request.session.get("cart", 0) + 1
    return redirect("front-page")
