"""Notes about a driver, as colleagues keep them; what was done for a driver leaves one with its reason."""

from datetime import datetime

from accounts.models import Note, User
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

LONGEST = 1000


def add(*, driver: User, text: str, by: str, at: datetime, is_pinned: bool = False) -> Note:
    """Write one down; Refusal invalid_parameters for an empty one."""
    return Note.objects.create(user=driver, text=said(text), made_by=by, made_at=at, is_pinned=is_pinned)


def edit(*, note: Note, text: str, by: str) -> None:
    """Put its words right; Refusal access_denied for a colleague's note, invalid_parameters for no words."""
    if not Note.objects.filter(pk=note.pk, made_by=by).update(text=said(text)):
        raise Refusal("access_denied", "Only whoever wrote a note changes its words.")


def pin(*, note: Note, is_pinned: bool) -> None:
    """Let it stay on top, or no more."""
    Note.objects.filter(pk=note.pk).update(is_pinned=is_pinned)


def said(text: str) -> str:
    """The words as they are kept."""
    words: str = storable(text).strip()[:LONGEST]
    if not words:
        raise Refusal("invalid_parameters", "A note says something.")
    return words
