from django.urls import path

from harbour import views

urlpatterns = [
    path("", views.front),
    path("health/", views.front),
    path("sign-in/", views.sign_in),
    path("sign-out/", views.sign_out),
    path("berths/", views.berths),
    path("book/<int:berth>/", views.book),
    path("notes/<int:size>/", views.notes),
    path("slow/", views.slow),
]
