"""/api/v1/auth and its older name /api/auth."""

from django.urls import include, path

from accounts import api

doors = [
    path("signup", api.SignUpView.as_view()),
    path("login", api.LogInView.as_view()),
    path("refresh", api.RefreshView.as_view()),
    path("me", api.MeView.as_view()),
]

urlpatterns = [path("api/auth/", include(doors)), path("api/v1/auth/", include(doors))]
