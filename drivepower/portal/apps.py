from django.apps import AppConfig
from django.contrib import admin
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "drivepower.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Hang up what this room adds to others: addresses, first views, figures, the triggers of the audit trail."""
        from drivepower.core.lists import hang_up_first_query
        from drivepower.portal import addresses
        from drivepower.portal.audit import attaching, naming
        from drivepower.portal.metrics import add_figures
        from drivepower.portal.views import bar

        hang_up_first_query(bar.first_query)
        admin.site.extra_urls = addresses.patterns  # type: ignore[attr-defined]  # unfold asks its site for it
        post_migrate.connect(attaching.attach, sender=self)
        naming.name_command()
        add_figures()
