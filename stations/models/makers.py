"""What the codes of makers mean, as operators have found out."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class MakersCode(models.Model):
    """What a code means that stations of a vendor send with a status, and what to do then; case does not matter."""

    vendor = models.CharField(
        _("vendor"), max_length=100, blank=True, help_text=_("As its stations name it when they boot; empty: any.")
    )
    code = models.CharField(
        _("code"),
        max_length=255,
        help_text=_("As the station sends it: the vendor's error, else the info of a status."),
    )
    meaning = models.CharField(_("meaning"), max_length=300, help_text=_("In the language of those who read it."))
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    made_by = models.CharField(_("made by"), max_length=80, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)

    class Meta:
        verbose_name = _("maker's code")
        verbose_name_plural = _("makers' codes")
        ordering = ["vendor", "code"]
        constraints = [
            # By code first: that is how pages look codes up.
            models.UniqueConstraint(
                Lower("code"),
                Lower("vendor"),
                name="makers_code_has_one_meaning",
                violation_error_message=_("This code of this vendor is written down already: change it there."),
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(meaning=""),
                name="makers_code_means_something",
                violation_error_message=_("A code needs a meaning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.code}".strip()
