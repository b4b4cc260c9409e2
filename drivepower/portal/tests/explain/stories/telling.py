"""What an explanation says, in a form that can be compared: times, numbers of sessions and cards' own tags as words."""

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from accounts.models import User
from billing.models import Transfer
from charging.models import Session
from drivepower.portal.explain import Explanation, of_session, of_station, shown
from drivepower.portal.explain.shown import local
from drivepower.portal.tests.making import superuser
from ocpp_consumer.tests.stories.cast import Play
from stations.models import ConnectionSpan, Station

# What differs from one run to the next: seconds that pass, times of the day, receipts' numbers, tags of the app.
CHANGING = (
    (re.compile(r"\b[0-9a-f]{32}@example\.com\b"), "DRIVER"),
    (re.compile(r"\bDP-\d{4}-\d{6}\b"), "DP-…"),
    (re.compile(r"\b\d{1,2}:\d{2}:\d{2}\b"), "HH:MM:SS"),
    (re.compile(r"\b\d{2}:\d{2}(–\d{2}:\d{2})?\b"), "HH:MM"),
    (re.compile(r"\bafter \d+ s\b"), "after some seconds"),
    (re.compile(r"\b(\d+ min) \d+ s\b"), r"\1"),
    (re.compile(r"^#\d+: "), "#…: "),
)


@dataclass(frozen=True)
class Expected:
    """How a story is to be told: its likely cause by name and words with the next steps, the others by name, the
    important sentences in order; and what must stand anywhere on the page, or nowhere. `by_the_clock` is all of its day
    with the times, and the bill, where a story is about them."""

    cause: str
    text: str
    sentences: Sequence[str]
    also: Sequence[str] = field(default_factory=list)
    steps: Sequence[str] = field(default_factory=list)
    anywhere: Sequence[str] = field(default_factory=list)
    nowhere: Sequence[str] = field(default_factory=list)
    by_the_clock: Sequence[str] = field(default_factory=list)


Tale = tuple[Callable[[Play], Awaitable[Session | Station]], Expected]


def explanation_of(subject: Session | Station) -> Explanation:
    """As the house's owner reads it now: of a session, or of a station since it first connected."""
    at, person = datetime.now(UTC), superuser_once()
    if isinstance(subject, Station):
        since = ConnectionSpan.objects.filter(station=subject).earliest("since").since
        return of_station(subject, since=since, until=at, person=person, at=at)
    fresh = Session.objects.select_related("station__location", "connector__station", "price_terms__version__plan")
    return of_session(fresh.get(pk=subject.pk), person=person, at=at)


def differences(subject: Session | Station) -> dict[str, tuple[Decimal, Decimal]]:
    """Where the bill of a session differs from what the wallets' movements for it come to, and by how much."""
    bill = explanation_of(subject).bill
    if isinstance(subject, Station) or bill is None or not bill.is_final:
        return {}
    said = defaultdict(Decimal, {what: amount_in(amount) for what, amount in bill.moves})
    net = said["taken from the wallet"] + said["paid of it later"] - said["given back"]
    total = net + said["charged on credit"] - said["paid of it later"] + said["borne by the house"]
    sentences = [one.text for one in explanation_of(subject).moments if "taken from the wallet" in one.text]
    compared = {
        "wallets": (net, moved(subject)),
        "total": (total - said["not asked for any more"], amount_in(bill.total)),
        "sentences": (sum(map(amount_in, sentences), Decimal(0)), said["taken from the wallet"]),
    }
    return {name: pair for name, pair in compared.items() if pair[0] != pair[1]}


def amount_in(text: str) -> Decimal:
    """The amount that a text begins with."""
    found = re.match(r"-?[\d,\u00a0]+\.\d+", text)
    assert found is not None, text
    return Decimal(re.sub(r"[,\u00a0]", "", found[0]))


def moved(session: Session) -> Decimal:
    """What has left people's wallets for it, without what came back."""
    rows = Transfer.objects.filter(subject=session.subject).select_related("source", "target")
    signs = [(one.amount, (one.target.system != "") - (one.source.system != "")) for one in rows]
    return sum((amount * sign for amount, sign in signs), Decimal(0))


def superuser_once() -> User:
    """The owner, made when first asked for."""
    return User.objects.filter(is_superuser=True).first() or superuser()


def plain(text: str) -> str:
    """A sentence without what changes from run to run."""
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return text


def told(subject: Session | Station) -> tuple[Expected, str]:
    """What its explanation says, as it is compared; and all that stands there."""
    found = explanation_of(subject)
    assert found.cause is not None
    said = Expected(
        cause=found.cause.name,
        text=plain(found.cause.text),
        sentences=[plain(one.text) for one in found.moments if one.is_key],
        also=[one.name for one in found.also],
        steps=[one.text for one in found.cause.steps],
    )
    return said, all_of(found)


def by_the_clock(session: Session) -> list[str]:
    """How the clocks were changed, how long it lasted, what the page tells of its day, at which time, and the bill."""
    found = explanation_of(session)
    assert found.bill is not None
    lasted = next(one.value for one in found.head if one.name == "Duration")
    day = f"{local(session.started_at or session.created_at, found.clock):%Y-%m-%d}"
    rows = [f"{one['at']} {one['text']}" for one in shown.rows(found) if one["iso"].startswith(day)]
    return [*found.clock_changes, f"It lasted {lasted}.", *rows, *found.bill.lines]


def all_of(found: Explanation) -> str:
    """Every line of the page."""
    lines = [part for one in found.moments for part in (one.text, one.detail)]
    lines += [part for one in (found.cause, *found.also) if one for part in (one.text, one.tell)]
    if found.bill is not None:
        lines += [found.bill.total, *found.bill.source, *found.bill.lines]
    return "\n".join(plain(line) for line in lines)
