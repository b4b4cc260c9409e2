"""What support wants the next person to know about a driver."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class Note(models.Model):
    """A word about a driver for colleagues; never shown to the driver, forgotten with the account."""

    user = models.ForeignKey(User, verbose_name=_("driver"), on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(_("note"), max_length=1000)
    is_pinned = models.BooleanField(_("stays on top"), default=False)
    made_by = models.CharField(_("made by"), max_length=80)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-is_pinned", "-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="note_says_something")]
        indexes = [models.Index(fields=["user", "-id"], name="notes_about_a_driver")]

    def __str__(self) -> str:
        return f"{self.user}: {self.text[:40]}"
