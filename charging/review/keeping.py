"""Findings on the session that they are about."""

from collections.abc import Iterable

from charging.models import Session
from charging.review.names import FOUND_ANEW


def merged(known: Iterable[str], found: Iterable[str]) -> list[str]:
    """Both, each once, in the order in which they were found."""
    return list(dict.fromkeys([*known, *found]))


def lasting(known: Iterable[str]) -> list[str]:
    """Those that no other look at the same charge can take away."""
    return [name for name in known if name not in FOUND_ANEW]


def note(session: Session, *found: str) -> None:
    """Keep more findings on a session."""
    session.findings = merged(session.findings, found)
    Session.objects.filter(pk=session.pk).update(findings=session.findings)
