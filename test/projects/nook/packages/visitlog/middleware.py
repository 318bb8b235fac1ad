from datetime import datetime

LAST_VISIT = "visitlog_last"


class VisitLogMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.session[LAST_VISIT] = datetime.now().isoformat()
        return self.get_response(request)
