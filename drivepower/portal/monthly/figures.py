"""What a month came to: by connector, location and vendor, the causes of downtime, and the ten worst."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from billing.statements.making import following
from charging.success import Success, success_of
from stations.uptime import CAUSES, Uptime, uptime_of

WORST = 10
SUMMED = ("measured", "maintenance", *CAUSES, "attempts", "failures", "sessions", "energy_wh")
# How much of a name that stations give themselves is kept.
LONGEST = 100


def figures_of(*, month: date, at: datetime) -> dict[str, Any]:
    """The figures of the month that begins on that day, as JSON keeps them; times in seconds, energy in Wh."""
    successes = success_of(since=month, until=following(month))
    uptimes = uptime_of(month=month, at=at)
    rows = [row_of(uptime, successes.get(uptime.connector, Success())) for uptime in uptimes]
    return {
        "total": summed(rows),
        "connectors": rows,
        "locations": grouped(rows, "location"),
        "vendors": grouped(rows, "vendor"),
        "causes": causes_of(uptimes),
        "worst": [row for row in sorted(rows, key=badness) if downtime(row)][:WORST],
    }


def row_of(uptime: Uptime, success: Success) -> dict[str, Any]:
    """One connector."""
    told = {name: getattr(uptime, name) for name in ("measured", "maintenance", *CAUSES)}
    where = {"name": f"{uptime.station} / {uptime.number}", "location": uptime.location, "vendor": uptime.vendor}
    return where | told | success._asdict()


def summed(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What the rows come to together."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: row[name] for name in SUMMED})
    return {name: sums[name] for name in SUMMED}


def grouped(rows: Iterable[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """What they come to for each value of that name, the worst first."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[by][:LONGEST]].append(row)
    found = [{"name": name, "connectors": len(members)} | summed(members) for name, members in groups.items()]
    return sorted(found, key=badness)


def causes_of(uptimes: Iterable[Uptime]) -> list[dict[str, Any]]:
    """For how long what kept connectors down, the longest first; faults by the error that the station named."""
    seconds: Counter[str] = Counter()
    for uptime in uptimes:
        seconds.update({"offline": uptime.offline, "unavailable": uptime.unavailable})
        seconds.update({f"fault:{error[:LONGEST]}": count for error, count in uptime.errors.items()})
    return [{"cause": cause, "seconds": count} for cause, count in seconds.most_common() if count]


def downtime(row: dict[str, Any]) -> int:
    """For how long it was down."""
    return sum(int(row[cause]) for cause in CAUSES)


def badness(row: dict[str, Any]) -> tuple[float, int, str]:
    """Where a row stands among the others: the least uptime first, then the longest downtime, then by name."""
    share = downtime(row) / row["measured"] if row["measured"] else 0.0
    return -share, -downtime(row), row["name"]
