from django.urls import path

from shelves import views

urlpatterns = [
    path("", views.front),
    path("token/", views.token),
    path("sign-in/", views.sign_in),
    path("basket/<int:item>/", views.put_into_basket),
    path("form/<int:step>/", views.form),
    path("counter/", views.counter),
    path("landing/", views.landing),
    path("notice/", views.notice),
    path("poll/", views.poll),
    path("report/", views.report),
    path("quiz/<int:question>/", views.quiz),
]
