"""Keeps sessions alive without a write to the database at every request."""
from django.utils import timezone

THROTTLE_INTERVAL = 900  # seconds: 15 minutes


class ThrottledSessionMiddleware:
    """
    Saves the session of an active visitor once in THROTTLE_INTERVAL, which moves its expire_date on, instead of at
    every request (SESSION_SAVE_EVERY_REQUEST). It must stand after SessionMiddleware, which does the saving.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        session = request.session
        if not session.is_empty():
            now = int(timezone.now().timestamp())
            if now - session.get("last_activity", 0) >= THROTTLE_INTERVAL:
                # Setting a key marks the session as modified: SessionMiddleware saves it on the way out.
                session["last_activity"] = now
        return response
