"""What the dialogs are made of: a key, so that two presses are one, mostly a reason, and what came of it in words."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from drivepower.core.refusals import Refusal
from drivepower.portal.driver import noting
from drivepower.portal.driver.page import Page


class ActForm(forms.Form):
    """One act; `row` names what of the page it is about."""

    # What a person reads before they press.
    hint: Any = ""
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, page: Page, row: str) -> None:
        super().__init__(data)
        self.page, self.row = page, row

    def carry_out(self) -> str:
        """Do it; what came of it, in words. Raises Refusal."""
        raise NotImplementedError

    def refuse(self, text: str) -> None:
        """Show why not; what is sent next is another wish."""
        self.add_error(None, text)
        self.data = {**self.data.dict(), "key": str(uuid4())}  # type: ignore[attr-defined]  # a QueryDict

    def row_of(self, rows: Any) -> Any:
        """The row that it is about, by its public id; Refusal not_found where it is not this driver's."""
        try:
            found = rows.filter(public_id=UUID(self.row)).first()
        except ValueError:
            found = None
        if found is None:
            raise Refusal("not_found", "It is not on this page any more: load it again.")
        return found


class ReasonForm(ActForm):
    """An act that somebody will ask about: its reason stays among the notes."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def note(self, words: str) -> str:
        """Write down what was done and why; answers what was done."""
        text = f"{words} {_('Reason')}: {self.cleaned_data['reason']}"
        noting.add(driver=self.page.driver, text=text, by=self.page.by, at=self.page.at)
        return words


class TextForm(ActForm):
    """Some words."""

    text = forms.CharField(
        label=_("Note"), max_length=noting.LONGEST, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )
