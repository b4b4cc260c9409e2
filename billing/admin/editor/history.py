"""A plan's versions as a history: who made each and why, when it held, and what it changed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accounts.named import with_names
from billing.admin.editor.saying import difference, sign
from billing.models import TariffPlan, TariffRule, TariffVersion
from billing.tariffs.differences import Edition, differences
from billing.tariffs.lives import Life, lives_of

# So many of the newest are shown with what they changed.
MOST = 30


class Row(NamedTuple):
    """One version; `changes` (sign, sentence) against the one that was made before it, None for the first."""

    version: Any
    life: Life
    state: str
    told: str
    changes: list[tuple[str, str]] | None


def history(plan: TariffPlan, *, at: datetime) -> list[Row]:
    """The newest versions; two queries whatever their number."""
    versions = list(with_names(plan.versions.order_by("-number"), made_by_name="made_by"))
    lives = lives_of(versions)
    shown = versions[: MOST + 1]
    editions = editions_of(shown)
    rows: list[Row] = []
    for one, earlier in pairwise([*editions, None]):
        if one is not None and len(rows) < MOST:
            version, life = one.version, lives[one.version.number]
            changes = None if earlier is None else changes_between(earlier, one, plan.currency)
            rows.append(Row(version, life, life.state(at), state_said(life, at), changes))
    return rows


def editions_of(versions: Sequence[TariffVersion]) -> list[Edition]:
    """The versions with their rules, in one query."""
    rules: dict[int, list[TariffRule]] = defaultdict(list)
    for rule in TariffRule.objects.filter(version__in=versions).order_by("pk"):
        rules[rule.version_id].append(rule)
    return [Edition(version, rules[version.pk]) for version in versions]


def changes_between(old: Edition, new: Edition, currency: str) -> list[tuple[str, str]]:
    """What the new one changes, as sign and sentence."""
    return [(sign(one), difference(one, currency)) for one in differences(old, new)]


def state_said(life: Life, at: datetime) -> str:
    """How a version stands, in a word or two."""
    if life.replaced_by is not None:
        return _("never in force: v%(number)d took its place") % {"number": life.replaced_by}
    return {"now": _("in force"), "planned": _("planned"), "past": _("no longer in force")}[life.state(at)]


class Compared(NamedTuple):
    """Any two versions, and what differs between them."""

    old: Edition
    new: Edition
    changes: list[tuple[str, str]]


def compared(plan: TariffPlan, old: str, new: str) -> Compared | None:
    """The two versions of these numbers; None where one of them is none of this plan's."""
    if not (old.isdecimal() and new.isdecimal()):
        return None
    asked = [int(old[:9]), int(new[:9])]
    found = {one.version.number: one for one in editions_of(list(plan.versions.filter(number__in=asked)))}
    if not set(asked) <= set(found):
        return None
    first, second = (found[number] for number in asked)
    return Compared(first, second, changes_between(first, second, plan.currency))
