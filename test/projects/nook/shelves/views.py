from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template import engines

from .basket import Basket
from .decorators import with_session_key
from .steps import StepStorage


def front(request):
    page = "{% for message in messages %}{{ message }}{% endfor %}nook"
    return HttpResponse(engines["django"].from_string(page).render({}, request))


def token(request):
    return HttpResponse(get_token(request))


def sign_in(request):
    user, _ = get_user_model().objects.get_or_create(username=request.GET.get("name", "ana"))
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse("ok")


def put_into_basket(request, item):
    Basket(request).add(item)
    return HttpResponse("ok")


def form(request, step):
    StepStorage(request, "order").save(step, dict(request.GET.items()))
    return HttpResponse("ok")


def counter(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse(str(request.session["visits"]))


def landing(request):
    request.session.setdefault("landing_page", request.path)
    return HttpResponse("ok")


def notice(request):
    messages.info(request, "Saved.")
    return HttpResponse("ok")


def poll(request):
    preferences = request.session.setdefault("preferences", {})
    preferences["polls"] = preferences.get("polls", 0) + 1
    request.session.modified = True
    return HttpResponse("ok")


@with_session_key
def report(request):
    return HttpResponse(request.session.session_key)


def quiz(request, question):
    request.session.update({"quiz_question": question, "quiz_token": str(question * 7)})
    return HttpResponse("ok")
