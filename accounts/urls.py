"""/api/v1/auth and its older name /api/auth; what people keep of themselves."""

from django.urls import include, path

from accounts.api import cards, codes, notifications, own_logins, profile
from accounts.api import doors as rooms

doors = [
    path("signup", rooms.SignUpView.as_view()),
    path("login", rooms.LogInView.as_view()),
    path("refresh", rooms.RefreshView.as_view()),
    path("me", rooms.MeView.as_view()),
    path("logout", own_logins.LogOutView.as_view()),
    path("logout-all", own_logins.LogOutAllView.as_view()),
    path("logins", own_logins.LoginsView.as_view()),
    path("logins/<uuid:login>", own_logins.LoginView.as_view()),
    path("password", own_logins.PasswordView.as_view()),
    path("password/reset", codes.ResetView.as_view()),
    path("password/reset/confirm", codes.NewPasswordView.as_view()),
    path("otp/send", codes.OtpSendView.as_view()),
    path("otp/verify", codes.OtpVerifyView.as_view()),
    path("otp/status", codes.OtpStatusView.as_view()),
]

urlpatterns = [
    path("api/auth/", include(doors)),
    path("api/v1/auth/", include(doors)),
    path("api/v1/profile", profile.ProfileView.as_view()),
    path("api/v1/profile/proof", codes.ProofSendView.as_view()),
    path("api/v1/profile/proof/confirm", codes.ProofView.as_view()),
    path("api/v1/account/delete-request", profile.DeleteRequestView.as_view()),
    path("api/v1/notifications", notifications.NotificationsView.as_view()),
    path("api/v1/notifications/read-all", notifications.ReadAllView.as_view()),
    path("api/v1/notifications/subscribe", notifications.SubscribeView.as_view()),
    path("api/v1/notifications/unsubscribe", notifications.UnsubscribeView.as_view()),
    path("api/v1/notifications/vapid-public-key", notifications.PushKeyView.as_view()),
    path("api/v1/notifications/test", notifications.TestView.as_view()),
    path("api/v1/notifications/choices", notifications.ChoicesView.as_view()),
    path("api/v1/notifications/<uuid:notification>/read", notifications.ReadView.as_view()),
    path("api/v1/cards", cards.CardsView.as_view()),
    path("api/v1/cards/<uuid:card>", cards.CardView.as_view()),
    path("api/v1/cards/<uuid:card>/block", cards.BlockView.as_view()),
    path("api/v1/cards/<uuid:card>/unblock", cards.UnblockView.as_view()),
    path("api/v1/operator/", include("accounts.operator.urls")),
]
