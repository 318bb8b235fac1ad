import secrets
from functools import wraps

from django.contrib.auth import get_user_model, login, logout
from django.http import HttpResponse, HttpResponseRedirect

# What happens elsewhere while a slow page is made: the traffic puts something in.
meanwhile = []


def for_members(view):
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"/sign-in/?next={request.path}")
        return view(request, *args, **kwargs)

    return wrapped


def front(request):
    return HttpResponse("harbour")


def sign_in(request):
    if "name" not in request.GET:
        return HttpResponse("Who are you?")
    user, _ = get_user_model().objects.get_or_create(username=request.GET["name"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse("ok")


def sign_out(request):
    logout(request)
    return HttpResponse("ok")


@for_members
def berths(request):
    return HttpResponse("berths")


@for_members
def book(request, berth):
    request.session["berth"] = berth
    return HttpResponse("ok")


def notes(request, size):
    request.session["notes"] = secrets.token_hex(size // 2)
    return HttpResponse("ok")


def slow(request):
    request.session["report"] = request.path
    for act in meanwhile:
        act(request)
    return HttpResponse("ok")
