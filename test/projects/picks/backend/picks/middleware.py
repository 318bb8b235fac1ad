"""Middleware of picks."""
import logging
import time

from django.conf import settings

logger = logging.getLogger(__name__)


class ThrottledSessionMiddleware:
    """Keeps the sessions of active visitors alive without a write at every request (15 minutes by default)."""

    DEFAULT_UPDATE_INTERVAL = 900

    def __init__(self, get_response):
        self.get_response = get_response

    @staticmethod
    def _update_interval():
        return getattr(
            settings, "SESSION_ACTIVITY_UPDATE_INTERVAL", ThrottledSessionMiddleware.DEFAULT_UPDATE_INTERVAL
        )

    def __call__(self, request):
        if hasattr(request, "session"):
            try:
                self._touch(request.session)
            except Exception as error:
                # The page matters more than its session.
                logger.error(f"Session update failed: {error}")
        return self.get_response(request)

    def _touch(self, session):
        now = time.time()
        last_activity = session.get("last_activity")
        update_interval = self._update_interval()
        if not last_activity or (now - last_activity) > update_interval:
            session["last_activity"] = now
            session.modified = True
            session.set_expiry(settings.SESSION_COOKIE_AGE)
