from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "drivepower.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Hang up what is counted for Prometheus."""
        from drivepower.portal.metrics import add_figures

        add_figures()
