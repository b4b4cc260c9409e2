"""What is sought in frames: words that adjoin, however they are punctuated, in small letters or capitals.

A phrase is told two ways that find the same: to the index of a closed day, and letter by letter where there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from drivepower.core.texts import storable

LONGEST = 200
TEXT = "ocpp_consumer_frame.text"
INDEXED = "frame_words(ocpp_consumer_frame.text, ocpp_consumer_frame.action, ocpp_consumer_frame.message_type, ocpp_consumer_frame.error)"  # noqa: E501
# Between two words, as the index takes it.
GAP = r"(\\[nrtbf]|[^[:alnum:]])"
SHORTEST_ID = 6
# In an index: what a frame is, beside what it says.
ERROR = "=!"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other; of an open one the last may go on."""

    words: tuple[str, ...]
    is_open: bool = True

    def terms(self) -> list[str]:
        """The words as a query of the index.

        All words that begin alike are read one after the other: beside an id, which few frames have, they are not.
        """
        *first, last = [f"'{word}'" for word in self.words]
        if not self.is_open:
            return [*first, last]
        return first if any(map(is_id, self.words[:-1])) else [*first, f"{last}:*"]

    def pattern(self) -> str:
        """The words as a regular expression."""
        end = "" if self.is_open else f"({GAP}|$)"
        return f"(^|{GAP}){f'{GAP}+'.join(self.words)}{end}"

    def like(self) -> str:
        """The words as they stand in a line."""
        return f"% {' '.join(self.words)}{'' if self.is_open else ' '}%"


def is_id(word: str) -> bool:
    """Whether a word looks like a number or name that one thing has: longer than the parts of a time."""
    return len(word) >= SHORTEST_ID and not word.isalpha()


def read(*said: str) -> list[tuple[str, ...]]:
    """The words of each text, parted as those of frames are."""
    if not any(said):
        return [() for _ in said]
    with connection.cursor() as cursor:
        cursor.execute("SELECT frame_line(unnest(%s::text[]))", [[storable(one)[:LONGEST] for one in said]])
        return [tuple(line.split()) for (line,) in cursor.fetchall()]


def indexed(phrases: Sequence[Phrase], *, action: str = "", only_errors: bool = False) -> RawSQL:
    """The condition that an index answers: all words, of frames of that action, with an error."""
    marks = [f"'={action}'"] if action else []
    terms = [term for phrase in phrases for term in phrase.terms()]
    query = " & ".join([*terms, *marks, *([f"'{ERROR}'"] if only_errors else [])])
    return condition(f"{INDEXED} @@ %s::tsquery", query)


def spelled(phrase: Phrase) -> list[RawSQL]:
    """The conditions that read the text itself, the cheap ones first; escaped letters are read as an index has them."""
    pattern = phrase.pattern()
    # Numbers tell frames apart better than names do.
    plain = sorted((word for word in phrase.words if word.isascii()), key=lambda word: (word.isalpha(), -len(word)))
    cheap = [condition(f'{TEXT} COLLATE "C" ILIKE %s', f"%{word}%") for word in plain]
    if len(plain) == len(phrase.words):
        return [*cheap, condition(f"{TEXT} ~* %s", pattern)]
    escaped = f"(strpos({TEXT}, '\\u0') > 0 AND ' ' || frame_line({TEXT}) || ' ' LIKE %s)"
    return [*cheap, condition(f"({TEXT} ~* %s OR {escaped})", pattern, phrase.like())]


def condition(sql: str, *said: Any) -> RawSQL:
    """Something that holds of a frame, or does not."""
    return RawSQL(sql, said, output_field=BooleanField())  # noqa: S611  # our words; what is sought are parameters
