"""Whom an alert calls: by who is on duty where it is, whose turn it is, and what each wants to hear of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from accounts.models import DutyChoice, DutyShift, User
from accounts.models.duty import OF_THE_HOUSE
from drivepower.core.models import Alert
from drivepower.core.models.rules import at_least


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

    def turns(self, where: Where | None) -> list[int]:
        """The turns that somebody has there, the first first."""
        return sorted({shift.turn for shift in self.shifts if covers(shift, where)})

    def called(self, alert: Alert, where: Where | None) -> list[User]:
        """Whom this round of the alert calls; where nobody has a turn, those who are told of such."""
        turns = self.turns(where)
        if not turns:
            return self.wanting(self.spare, alert.severity) if alert.notice_round == 0 else []
        if alert.notice_round >= len(turns):
            return []
        turn = turns[alert.notice_round]
        people = {shift.person_id: shift.person for shift in self.shifts if shift.turn == turn and covers(shift, where)}
        return self.wanting(people.values(), alert.severity)

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
    in_house = {f"person__{name}": value for name, value in OF_THE_HOUSE.items()}
    shifts = DutyShift.objects.filter(since__lte=at, until__gt=at, **in_house).select_related("person").order_by("pk")
    choices = {one.person_id: one for one in DutyChoice.objects.filter(**in_house).select_related("person")}
    return Rota(list(shifts), choices, [one.person for one in choices.values() if one.is_always])
