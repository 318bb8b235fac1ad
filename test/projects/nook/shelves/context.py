import time


def recently_seen(request):
    seen = request.session.get("recently_seen", [])
    request.session["recently_seen"] = ([[request.path, time.time()]] + seen)[:5]
    return {"recently_seen": seen}
