"""What is wrong with a station's list: kept in English, said in the reader's language."""

from django.utils.translation import gettext_noop as _

from drivepower.core.retold import retell

NO_LIST = _("The station keeps no list.")
NOT_TAKEN = _("The station answered %(word)s to a full list.")
LONG_TAGS = _("%(count)s tags are longer than %(most)s characters")
NO_ROOM = _("%(count)s tags find no room: the station keeps %(most)s")
BETWEEN = "; "
KNOWN = (NO_LIST, NOT_TAKEN, LONG_TAGS, NO_ROOM)


def in_words(problem: str) -> str:
    """A kept problem in the language in force."""
    return retell(problem, KNOWN, between=BETWEEN)
