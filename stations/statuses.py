"""What a connector says it is (S 7.7), in the reader's words; English keeps the words of the specification."""

from django.utils.html import format_html
from django.utils.translation import pgettext_lazy

WORDS = {
    "Available": pgettext_lazy("status of a connector", "Available"),
    "Preparing": pgettext_lazy("status of a connector", "Preparing"),
    "Charging": pgettext_lazy("status of a connector", "Charging"),
    "SuspendedEV": pgettext_lazy("status of a connector", "SuspendedEV"),
    "SuspendedEVSE": pgettext_lazy("status of a connector", "SuspendedEVSE"),
    "Finishing": pgettext_lazy("status of a connector", "Finishing"),
    "Reserved": pgettext_lazy("status of a connector", "Reserved"),
    "Unavailable": pgettext_lazy("status of a connector", "Unavailable"),
    "Faulted": pgettext_lazy("status of a connector", "Faulted"),
}


def word_of(status: str) -> str:
    """What a status is called; a word that the specification does not know stays as it is."""
    return str(WORDS.get(status, status))


def with_original(status: str) -> str:
    """The same for a page, where the station's own word is shown by the pointer if it is another."""
    word = word_of(status)
    return word if word == status else format_html('<span title="{}">{}</span>', status, word)
