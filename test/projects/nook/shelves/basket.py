from django.conf import settings


class Basket:
    def __init__(self, request):
        self.session = request.session
        basket = self.session.get(settings.CART_SESSION_ID)
        if not basket:
            basket = self.session[settings.CART_SESSION_ID] = {}
        self.basket = basket

    def add(self, item):
        self.basket[str(item)] = self.basket.get(str(item), 0) + 1
        self.session.modified = True

    def clear(self):
        del self.session[settings.CART_SESSION_ID]
