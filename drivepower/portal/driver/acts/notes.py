"""Notes are added, put right and pinned."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldBooleanWidget

from accounts.models import Note
from drivepower.core.refusals import Refusal
from drivepower.portal.driver import noting
from drivepower.portal.driver.acts.base import ActForm, TextForm
from drivepower.portal.driver.page import Page


def note_of(form: ActForm) -> Note:
    """The note that a dialog is about; Refusal not_found where it is not this driver's."""
    rows = Note.objects.filter(user=form.page.driver)
    found = rows.filter(pk=int(form.row)).first() if form.row.isdecimal() and len(form.row) < 19 else None
    if found is None:
        raise Refusal("not_found", "It is not on this page any more: load it again.")
    return found


class AddForm(TextForm):
    """A new one."""

    hint = gettext_lazy("Colleagues see it, the driver never does.")
    is_pinned = forms.BooleanField(label=gettext_lazy("stays on top"), required=False, widget=UnfoldBooleanWidget)

    def carry_out(self) -> str:
        """Write it down."""
        said, page = self.cleaned_data, self.page
        noting.add(driver=page.driver, text=said["text"], by=page.by, at=page.at, is_pinned=said["is_pinned"])
        return _("The note is kept.")


class EditForm(TextForm):
    """One's own."""

    def __init__(self, data: Any, *, page: Page, row: str) -> None:
        super().__init__(data, page=page, row=row)
        self.fields["text"].initial = note_of(self).text

    def carry_out(self) -> str:
        """Put its words right."""
        noting.edit(note=note_of(self), text=self.cleaned_data["text"], by=self.page.by)
        return _("The note is kept.")


class PinForm(ActForm):
    """Anybody's."""

    hint = gettext_lazy("It stands above the others.")

    def carry_out(self) -> str:
        """Let it stay on top."""
        noting.pin(note=note_of(self), is_pinned=True)
        return _("The note stays on top.")


class UnpinForm(ActForm):
    """Anybody's."""

    hint = gettext_lazy("It stands among the others, by its age.")

    def carry_out(self) -> str:
        """Let it sink."""
        noting.pin(note=note_of(self), is_pinned=False)
        return _("The note stays on top no more.")
