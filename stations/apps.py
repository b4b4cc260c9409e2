from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from drivepower.environment import malformed
from stations import ca


class StationsConfig(AppConfig):
    name = "stations"
    label = "stations"
    verbose_name = _("Network")

    def ready(self) -> None:
        """Stop the start where nobody could sign for stations."""
        try:
            ca.chosen()
        except ImportError as error:
            malformed("CERTIFICATE_AUTHORITY", str(error))
