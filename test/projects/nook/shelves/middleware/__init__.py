import time

from django.conf import settings
from django.utils import timezone

from .expiry import SlidingExpiryMiddleware  # noqa: F401


class ThrottledSessionMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = time.time()
        last = request.session.get("last_activity")
        if last is None or now - last > settings.THROTTLE_SECONDS:
            request.session["last_activity"] = now
        return self.get_response(request)


class KeepAliveMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        request.session.modified = True
        return response


class TimezoneMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        name = request.GET.get("tz", "Europe/Lisbon")
        request.session["django_timezone"] = name
        timezone.activate(name)
        return self.get_response(request)
