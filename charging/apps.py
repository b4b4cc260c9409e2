from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChargingConfig(AppConfig):
    name = "charging"
    label = "charging"
    verbose_name = _("Charging")

    def ready(self) -> None:
        """Say what stands in the way of a driver's leaving, and how a new station charges for the first time."""
        from accounts.leaving import obstacle
        from charging import trying
        from charging.leaving import open_session, unsettled_session
        from stations.commissioning.witnesses import witnesses

        obstacle(open_session)
        obstacle(unsettled_session, when_asked=False)
        witnesses.trials = trying
