from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"
    verbose_name = _("Money")

    def ready(self) -> None:
        """Hang up what `check --deploy` should say, what stands in the way of a driver's leaving, and what is left of a
        month.
        """
        from accounts.leaving import obstacle
        from billing.closing.remainders import tell_by
        from billing.fiscal.left import unregistered
        from billing.leaving import money_left, open_debt
        from billing.payments.checks import check_bank
        from billing.registers.left import unbooked

        register(check_bank, Tags.security, deploy=True)
        obstacle(open_debt)
        obstacle(money_left, when_asked=False)
        tell_by(unregistered)
        tell_by(unbooked)
