from django.urls import path

from shop import views

urlpatterns = [
    path("", views.front_page, name="front-page"),
    path("cart/add/", views.add_to_cart, name="add-to-cart"),
]
