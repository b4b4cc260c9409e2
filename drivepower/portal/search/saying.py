"""What somebody may have meant: one text read as a number, an id, a phone, a card, a receipt."""

import re
import uuid
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings

from accounts import phones

LONGEST = 120
FEWEST_LETTERS = 2
# Fewer digits than these are no phone: half the phones of a network begin with them.
FEWEST_DIGITS = 6
# More digits than these are a whole number.
MOST_DIGITS = 9
LARGEST_KEY = 2**31
RECEIPT = re.compile(r"(?P<seller>.{1,10})-(?P<year>\d{4})-(?P<number>\d{1,9})")
INVOICE = re.compile(r"((?P<seller>.{1,10})-)?INV-(?P<year>\d{4})-(?P<number>\d{1,9})")


@dataclass(frozen=True)
class Saying:
    """A text as it was typed, without what no column can hold."""

    text: str

    @classmethod
    def of(cls, typed: str) -> "Saying":
        """Trimmed and cut; NUL is in no text of the database."""
        return cls(typed.replace("\x00", "").strip()[:LONGEST])

    @property
    def is_too_short(self) -> bool:
        """Whether it says nothing; a number may be of one digit."""
        return len(self.text) < FEWEST_LETTERS and self.number is None

    @property
    def public_id(self) -> uuid.UUID | None:
        """As an id that the API uses."""
        try:
            return uuid.UUID(self.text)
        except ValueError:
            return None

    @property
    def number(self) -> int | None:
        """As a session's number, which is its OCPP transaction: 41 or #41."""
        digits = self.text.removeprefix("#").strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
            return None
        return int(digits) if 0 < int(digits) < LARGEST_KEY else None

    @property
    def phones(self) -> list[str]:
        """As phone numbers in E.164, whole or from their beginning."""
        digits = re.sub(r"\D", "", self.text)
        if len(digits) < FEWEST_DIGITS or re.search(r"[^\d\s()+./\-–]", self.text):
            return []
        found = [f"+{digits.removeprefix('00')}"]
        with suppress(ValueError):
            found.append(phones.normalise(self.text))
        return list(dict.fromkeys(found))

    @property
    def last_digits(self) -> str:
        """The end of a phone number, as people say it: six digits or more, and nothing else."""
        digits = re.sub(r"[\s\-–]", "", self.text)
        return digits if digits.isascii() and digits.isdigit() and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS else ""

    @property
    def is_like_a_name(self) -> bool:
        """Whether a person might be called so: of letters, since to look through all names costs most of all."""
        return not re.search(r"[\d@#]", self.text)

    @property
    def cards(self) -> list[str]:
        """As the number of a card: as it is typed, and without what readers print between its bytes."""
        return list(dict.fromkeys([self.text, re.sub(r"[\s:\-]", "", self.text)]))

    def receipt(self, *, year: int) -> list[tuple[str, int, int]]:
        """As the number of a receipt: whole, or the last part of it for this year and the last."""
        if match := RECEIPT.fullmatch(self.text.upper()):
            number = int(match["number"])
            return [(match["seller"], int(match["year"]), number)] if number < LARGEST_KEY else []
        if self.number is None:
            return []
        return [(settings.RECEIPT_SELLER, year, self.number), (settings.RECEIPT_SELLER, year - 1, self.number)]

    @property
    def invoice(self) -> tuple[str, int, int] | None:
        """As the number of a company's invoice: whole, or without whose it is."""
        if not (match := INVOICE.fullmatch(self.text.upper())):
            return None
        return match["seller"] or settings.RECEIPT_SELLER, int(match["year"]), int(match["number"])

    @property
    def is_like_a_reference(self) -> bool:
        """Whether a bank, a cash register or a provider might call something so: all of them use digits."""
        return bool(re.search(r"\d", self.text))
