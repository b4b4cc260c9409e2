"""Why a receipt is not registered: kept in English, said in the reader's language; others' words stay as they are."""

from django.utils.translation import gettext_noop as _

from drivepower.core.retold import retell

AWAY = _("the register does not answer")
REFUSED = _("the register does not take this document")
BROKEN = _("the adapter broke: %(what)s")
NUMBER_TAKEN = _("the register answered the number of another document: %(number)s")
UNUSABLE = _("the register's answer cannot be used: its number is missing, or a part of it is too long")
KNOWN = (AWAY, REFUSED, BROKEN, NUMBER_TAKEN, UNUSABLE)


def in_words(reason: str) -> str:
    """A kept reason in the language in force."""
    return retell(reason, KNOWN)
