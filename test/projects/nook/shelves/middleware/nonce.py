import secrets

NONCE_KEY = "csp_nonce"


def nonce_middleware(get_response):
    def middleware(request):
        request.session[NONCE_KEY] = secrets.token_urlsafe(16)
        return get_response(request)

    return middleware
