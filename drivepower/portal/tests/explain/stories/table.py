"""The table of stories: what is played, and how its page must tell it; a new situation is a play and a row.

A number in brackets is that of the situation in docs/situations.md.
"""

from drivepower.portal.tests.explain.stories import (
    bills_told,
    charges_told,
    lines_told,
    meters_told,
    nights_told,
    payments_told,
    silence_told,
    starts_told,
    stops_told,
)
from drivepower.portal.tests.explain.stories.telling import Tale

THEMES = (
    charges_told,
    starts_told,
    stops_told,
    lines_told,
    meters_told,
    payments_told,
    nights_told,
    bills_told,
    silence_told,
)
STORIES: dict[str, Tale] = {name: tale for theme in THEMES for name, tale in theme.STORIES.items()}
