HALF_AN_HOUR = 30 * 60


class SlidingExpiryMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.session.set_expiry(HALF_AN_HOUR)
        return self.get_response(request)
