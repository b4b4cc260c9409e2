"""Why a job with a file ended as it did: kept in English, said in the reader's language."""

from django.utils.translation import gettext_noop as _

from drivepower.core.retold import retell

SIGNED_ONLY = _("It takes signed firmware only: ask for a signed update.")
NO_FIRMWARE = _("It takes no firmware over OCPP; if it knows signed updates, ask for one.")
UNSIGNED_ONLY = _("It knows no signed updates: ask for an unsigned one.")
NOT_BEGUN = _("It was not begun: %(said)s.")
NOTHING = _("The station has nothing to send.")
CAME = _("Its files came; the station has not said that they are all.")
NEVER_SENT = _("It was never sent: the station was not there.")
SILENT = _("The station has said nothing of it for a day.")
REPLACED = _("Job %(number)s came after it.")
KNOWN = (SIGNED_ONLY, NO_FIRMWARE, UNSIGNED_ONLY, NOT_BEGUN, NOTHING, CAME, NEVER_SENT, SILENT, REPLACED)


def in_words(reason: str) -> str:
    """A kept reason in the language in force."""
    return retell(reason, KNOWN)
