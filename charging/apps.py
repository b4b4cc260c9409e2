from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChargingConfig(AppConfig):
    name = "charging"
    label = "charging"
    verbose_name = _("Charging")

    def ready(self) -> None:
        """Say what stands in the way of a driver's leaving, how a new station charges first, what is left of a month,
        and what people gave back alone by decisions.
        """
        from accounts.leaving import obstacle
        from billing.closing.remainders import tell_by
        from billing.second_person import count_by
        from charging import decisions, trying
        from charging.hosts.left import unsettled, unstated
        from charging.leaving import open_session, unsettled_session
        from stations.commissioning.witnesses import witnesses

        obstacle(open_session)
        obstacle(unsettled_session, when_asked=False)
        tell_by(unsettled)
        tell_by(unstated)
        count_by(decisions.alone)
        witnesses.trials = trying
