"""What is said by whatever channel, and how a channel says that it did not arrive."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """A title, a text, and a name by which whoever gets it twice knows it; `data` is for apps.

    `secret` is the part of the text that nobody but who it is for may read.
    """

    key: str
    title: str
    text: str
    data: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""


class Undelivered(Exception):
    """It did not arrive, said in words for operators without what was to be said; final: it never will."""

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final
