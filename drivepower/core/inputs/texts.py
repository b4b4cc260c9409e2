"""Texts by language: a field for each language that the portal speaks."""

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from drivepower.core.inputs.parts import Part, PartsField


class TextsField(PartsField):
    """A text in each of the languages, none longer than `longest`; other languages of the row stay as they are."""

    def __init__(self, *, longest: int, lines: int = 1, **how: Any) -> None:
        super().__init__(**how)
        self.longest = longest
        self.lines = lines

    def parts(self) -> list[Part]:
        """By the languages' own names."""
        return [Part(code, name, self.line(), attrs={"lang": code}) for code, name in settings.LANGUAGES]

    def line(self) -> forms.CharField:
        """What one of them is written in."""
        plain = UnfoldAdminTextInputWidget()
        widget = plain if self.lines == 1 else UnfoldAdminTextareaWidget(attrs={"rows": self.lines})
        return forms.CharField(required=False, max_length=self.longest, widget=widget)


def told(texts: dict[str, str]) -> str:
    """The texts as those read them who may not write them, one a line."""
    names = dict(settings.LANGUAGES)
    return "\n".join(f"{names.get(code, code)}: {text}" for code, text in texts.items()) or "–"
