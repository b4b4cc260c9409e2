"""A Russian reader finds no English: neither in our own words nor in those of the libraries whose pages we show."""

import importlib
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.trans_real import translation

from drivepower.tests.words import PLURAL, of_code, of_template, words

OURS = ("drivepower", "accounts", "billing", "stations", "charging", "ocpp_consumer", "templates")
LIBRARIES = ("unfold", "axes", "django_otp")


def lacking(found: dict[str, str]) -> dict[str, str]:
    """Those texts that no Russian catalogue has, and where they stand."""
    known = vars(translation("ru"))["_catalog"]  # gettext's object has no other list of what it knows
    return {text: where for text, where in found.items() if key_of(text) not in known}


def key_of(text: str) -> str | tuple[str, int]:
    """What a catalogue keeps a text under; one with plural forms under its first form's number."""
    return (text.removeprefix(PLURAL), 0) if text.startswith(PLURAL) else text


@pytest.mark.parametrize("folder", OURS)
def test_our_own_words_have_their_russian(folder: str) -> None:
    assert lacking(words(Path(settings.BASE_DIR) / folder)) == {}


@pytest.mark.parametrize("name", LIBRARIES)
def test_words_of_libraries_have_their_russian(name: str) -> None:
    folder = Path(str(importlib.import_module(name).__file__)).parent
    absent = [part for part in (folder / "contrib").glob("*") if f"{name}.contrib.{part.name}" not in installed()]
    found = words(folder, without=[part.name for part in absent])
    assert found
    assert lacking(found) == {}


def installed() -> list[str]:
    """The apps whose pages there are."""
    return list(settings.INSTALLED_APPS)


def test_it_finds_words_wherever_they_stand() -> None:
    code = '_("a")\ngettext_lazy("b")\nngettext("c", "d", 2)\npgettext("e", "f")\nprint("g")\n_(name)\n'
    assert list(of_code(code)) == ["a", "b", f"{PLURAL}c", "e\x04f"]
    template = (
        '{% load i18n %}{% translate "a" %}{% translate "b" as c %}{% blocktranslate count n=1 %}d{% plural %}e'
        '{% endblocktranslate %}{% include "x" with y=_("f") %}{% translate "g" context "h" %}{{ _("i") }}'
        "{% blocktranslate with j=k %}l {{ j }}{% endblocktranslate %}"
    )
    assert list(of_template(template)) == ["a", "b", f"{PLURAL}d", "f", "h\x04g", "i", "l %(j)s"]
    assert lacking({"no such words": "here"}) == {"no such words": "here"}
