"""What an answer of the search is made of."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One line of the answer."""

    title: str
    detail: str
    address: str


@dataclass(frozen=True)
class Found:
    """What was found of one kind."""

    title: str
    icon: str
    rows: list[Row] = field(default_factory=list)
    has_more: bool = False
