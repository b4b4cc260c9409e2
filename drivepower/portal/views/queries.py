"""The address of a list as a saved view keeps it: filters and order, without pages and what is one click's own."""

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from drivepower.core.lists import COLUMNS, VIEW
from drivepower.core.refusals import Refusal
from drivepower.portal.models import SavedView

PASSING = ("p", "e", "all", "_popup", "_to_field", "_facets", "csrfmiddlewaretoken", COLUMNS, VIEW)
LONGEST = 1000


def kept(text: str) -> str:
    """Filters and order of an address; refuses `view_too_long`."""
    said = QueryDict(text)
    pairs = [(name, value) for name, values in sorted(said.lists()) if name not in PASSING for value in values]
    if len(query := urlencode(pairs)) > LONGEST:
        raise Refusal("view_too_long", _("These filters are too long to be kept."))
    return query


def columns(text: str) -> list[str]:
    """The columns that an address names; of names that no list could have, none."""
    said = QueryDict(text)
    keys = [key for value in said.getlist(COLUMNS) for key in value.split(",")]
    return [key for key in dict.fromkeys(keys) if key.isidentifier() and len(key) <= 60]


def address_of(view: SavedView) -> str:
    """The query that opens it."""
    own = [(COLUMNS, ",".join(view.columns))] if view.columns else []
    return "&".join(filter(None, [view.query, urlencode([*own, (VIEW, str(view.public_id))])]))
