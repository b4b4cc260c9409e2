"""What the codes mean that stations send with a status: as operators wrote it down, else by the open list."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models.functions import Lower
from django.utils.translation import gettext

from billing.wording import clean
from drivepower.core.sentences import sentence
from stations.industry_codes import CODES
from stations.models import MakersCode

LONGEST = 255
# In a text of a maker's own, what it begins with is a code if there is a figure in it.
WORD = re.compile(r"[^\s,:;]{1,40}")
INDUSTRY = re.compile(r"cx\d{3}(?!\w)", re.IGNORECASE)
# What stations send as a code where there is nothing to say.
NOTHING = re.compile(r"(0x)?0+|-|none|null|ok|no ?error", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means, and what to do (empty: nobody has said); the industry's is kept in English."""

    english: str
    english_step: str
    is_own: bool = False

    @property
    def text(self) -> str:
        """What it means, in the language in force; an operator's words are as they were written."""
        return self.english if self.is_own else gettext(self.english)

    @property
    def step(self) -> str:
        """What to do, likewise."""
        return self.english_step if self.is_own else gettext(self.english_step)

    @property
    def kept(self) -> str:
        """What it means, as a part of a sentence that is kept."""
        return self.english if self.is_own else sentence(self.english)


# By code and vendor, both without case; of any vendor under "".
Own = Mapping[tuple[str, str], Meaning]


@dataclass(frozen=True, slots=True)
class Makers:
    """What the codes of one vendor's stations mean, of those that were looked up."""

    vendor: str = ""
    own: Own = field(default_factory=dict)

    def meaning(self, code: str, info: str) -> Meaning | None:
        """What a status with this vendor's error and info means, if anybody knows."""
        names = [one.lower() for one in codes_in(code, info)]
        for name in names:
            found = self.own.get((name, self.vendor.strip().lower())) or self.own.get((name, ""))
            if found:
                return found
        return next((Meaning(*CODES[name]) for text in (code, info) if (name := industry_code(text)) in CODES), None)


def industry_code(text: str) -> str:
    """The code of the industry's list with which a text begins; "" where it begins with none."""
    found = INDUSTRY.match(text.strip()[:LONGEST])
    return found[0].upper() if found else ""


def codes_in(code: str, info: str) -> list[str]:
    """What may be the maker's code in a status, the likeliest first: the error, the first word of info, all of it."""
    code, info = (clean(one[:LONGEST]) for one in (code, info))
    first = WORD.match(info)
    words = [first[0]] if first and re.search(r"\d", first[0]) else []
    return list(dict.fromkeys(one for one in (code, *words, info) if one and not NOTHING.fullmatch(one)))


def own_of(said: Iterable[tuple[str, str]]) -> Own:
    """What operators wrote about the codes in these errors and infos; one query, and none where there is no code."""
    names = {name.lower() for code, info in said for name in codes_in(code, info)}
    rows = MakersCode.objects.annotate(name=Lower("code")).filter(name__in=names)
    return {
        (one.code.lower(), one.vendor.lower()): Meaning(
            clean(one.meaning).rstrip("."), clean(one.next_step), is_own=True
        )
        for one in rows.order_by()
    }
