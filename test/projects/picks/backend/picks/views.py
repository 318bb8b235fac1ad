from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

TEAMS = ["Herons", "Otters", "Kestrels"]


def table(request):
    return render(request, "picks/table.html", {"teams": TEAMS, "pick": request.session.get("pick")})


@require_POST
def pick(request):
    team = request.POST.get("team")
    if team in TEAMS:
        request.session["pick"] = team
    return redirect("table")
