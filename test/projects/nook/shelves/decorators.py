from functools import wraps


def with_session_key(view):
    """The report needs a key to store its file by."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        request.session.save()
        return view(request, *args, **kwargs)

    return wrapped
