import time

from django.conf import settings


class ThrottledSessionMiddleware:
    """Visitors who are signed in stay so as long as they come back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = time.time()
            last = request.session.get("last_activity", 0)
            if now - last > settings.SESSION_UPDATE_INTERVAL:
                request.session["last_activity"] = now
        return self.get_response(request)


class SessionForEveryoneMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.session.setdefault("first_page", request.path)
        return self.get_response(request)
