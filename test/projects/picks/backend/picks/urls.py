from django.urls import path

from picks import views

urlpatterns = [
    path("", views.table, name="table"),
    path("pick/", views.pick, name="pick"),
]
