from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OcppConsumerConfig(AppConfig):
    name = "ocpp_consumer"
    label = "ocpp_consumer"
    verbose_name = _("OCPP")

    def ready(self) -> None:
        """Say how the clocks of new stations go."""
        from ocpp_consumer.clocks import behind
        from stations.commissioning.witnesses import witnesses

        witnesses.clock = behind
