"""Why a certificate was not signed or taken: kept in English, said in the reader's language."""

from django.utils.translation import gettext_noop as _

from drivepower.core.retold import retell

NO_CERTIFICATE = _("The station took it, but it is no certificate.")
NO_ANSWER = _("No answer came within a day.")
UNSIGNED = _("Nobody signed it within a day.")
LONG_NAME = _("Its name is longer than %(count)s characters: give it another one.")
NAME_TAKEN = _("Another station has the name %(name)s; give this one a name of its own.")
LONG_CHAIN = _("Its chain of %(count)s characters is too long for it.")
NAME_GIVEN = _("Another station has just been given the name %(name)s.")
KNOWN = (NO_CERTIFICATE, NO_ANSWER, UNSIGNED, LONG_NAME, NAME_TAKEN, LONG_CHAIN, NAME_GIVEN)


def in_words(reason: str) -> str:
    """A kept reason in the language in force."""
    return retell(reason, KNOWN)
