from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from drivepower.core.checks import check_postgresql


class CoreConfig(AppConfig):
    name = "drivepower.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Hang up what must hold before anything starts."""
        register(check_postgresql, Tags.database)
