from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Teach the published schema our ways to prove who asks, and models of libraries our words."""
        from accounts import published  # noqa: F401  # it registers itself, and needs the framework's settings
        from accounts.roles import name_roles  # these need all models
        from accounts.twofactor.naming import name_models

        name_models()
        name_roles()
