"""Whom an alert calls: by who is on duty where it is, whose turn it is, and what each wants to hear of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db.models import Q, QuerySet

from accounts.models import DutyChoice, DutyShift, User
from accounts.models.duty import OF_THE_HOUSE
from drivepower.core.models import Alert, Severity
from drivepower.core.models.rules import at_least

OWNER = "Owner"
IN_HOUSE = {f"person__{name}": value for name, value in OF_THE_HOUSE.items()}


class Where(Protocol):
    """What a shift goes by."""

    @property
    def location(self) -> str:
        """Its code."""

    @property
    def labels(self) -> frozenset[str]:
        """Of the station and of its location."""


@dataclass(frozen=True)
class Rota:
    """Who is on duty at a moment, and what people want; read once for many alerts."""

    shifts: list[DutyShift]
    choices: Mapping[int, DutyChoice]
    spare: list[User] = field(default_factory=list)
    # Told of what is critical where nobody has a turn, and nobody is told of such.
    owners: list[User] = field(default_factory=list)

    def turns(self, where: Where | None) -> list[int]:
        """The turns that somebody has there, the first first."""
        return sorted({shift.turn for shift in self.shifts if covers(shift, where)})

    def called(self, alert: Alert, where: Where | None) -> list[User]:
        """Whom this round of the alert calls; where nobody has a turn, those who are told of such, else owners.

        Shifts end between two rounds: where there are fewer turns than there were, the last of them is called.
        """
        turns = self.turns(where)
        if not turns:
            return self.otherwise(alert.severity)
        turn = turns[min(alert.notice_round, len(turns) - 1)]
        people = {shift.person_id: shift.person for shift in self.shifts if shift.turn == turn and covers(shift, where)}
        return self.wanting(people.values(), alert.severity)

    def otherwise(self, severity: str) -> list[User]:
        """Who is told where nobody has a turn: a house that has set nothing up yet must not burn unheard."""
        people = self.owners if severity == Severity.CRITICAL and not self.spare else self.spare
        return self.wanting(people, severity)

    def wanting(self, people: Iterable[User], severity: str) -> list[User]:
        """Those who want to hear of what is so bad; who has said nothing hears of all but mere information."""
        return [person for person in people if severity in at_least(self.choice(person).least_severity)]

    def choice(self, person: User) -> DutyChoice:
        """What a person has chosen, or what counts for who has not."""
        return self.choices.get(person.pk) or DutyChoice(person=person, ways=["mail"])


def covers(shift: DutyShift, where: Where | None) -> bool:
    """Whether the shift is for that place; what is at no place is for those who are on duty everywhere."""
    if not shift.locations and not shift.labels:
        return True
    return where is not None and (where.location in shift.locations or bool(where.labels & set(shift.labels)))


def rota(*, at: datetime) -> Rota:
    """Who is on duty now; three queries."""
    shifts = shifts_of(at=at).select_related("person").order_by("pk")
    choices = {one.person_id: one for one in DutyChoice.objects.filter(**IN_HOUSE).select_related("person")}
    spare = [one.person for one in choices.values() if one.is_always]
    return Rota(list(shifts), choices, spare, [] if spare else list(owners()))


def shifts_of(*, at: datetime) -> "QuerySet[DutyShift]":
    """Those that are under way, of people of the house."""
    return DutyShift.objects.filter(since__lte=at, until__gt=at, **IN_HOUSE)


def owners() -> "QuerySet[User]":
    """Those of the house who own it, by their role or by having every right."""
    role = User.objects.filter(groups__name=OWNER).values("pk")
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=role), **OF_THE_HOUSE).order_by("pk")


def is_nobody_on_duty(*, at: datetime) -> bool:
    """Whether owners are told, because no shift is under way and nobody has asked to be told then."""
    return not (shifts_of(at=at).exists() or DutyChoice.objects.filter(is_always=True, **IN_HOUSE).exists())
