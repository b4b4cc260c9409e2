"""/api/v1/auth and its older name /api/auth."""

from django.urls import include, path

from accounts.api import doors as rooms

doors = [
    path("signup", rooms.SignUpView.as_view()),
    path("login", rooms.LogInView.as_view()),
    path("refresh", rooms.RefreshView.as_view()),
    path("me", rooms.MeView.as_view()),
]

urlpatterns = [path("api/auth/", include(doors)), path("api/v1/auth/", include(doors))]
