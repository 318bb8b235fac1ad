class StepStorage:
    """Keeps what was filled in so far."""

    def __init__(self, request, form):
        self.request = request
        self.prefix = form

    def save(self, step, data):
        self.request.session[f"steps_{self.prefix}"] = {"step": step, "data": data}

    def reset(self):
        self.request.session.pop(f"steps_{self.prefix}", None)
