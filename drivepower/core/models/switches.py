"""What can be turned off without a deploy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Switch(models.Model):
    """One switch; where there is no row it is on. Each change is in the audit trail."""

    name = models.CharField(_("switch"), max_length=80, primary_key=True, help_text=_("e.g. provider:stripe, starts"))
    is_on = models.BooleanField(_("on"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    changed_by = models.CharField(_("changed by"), max_length=80, editable=False)
    changed_at = models.DateTimeField(_("changed"), editable=False)

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
