"""What a station says about its list; after each answer the next compare goes on at once."""

from datetime import datetime

from django.db import transaction

from charging.local_lists import problems
from charging.local_lists.entries import LAST_VERSION, Portion, applied
from charging.models import LocalList
from drivepower.core import doorbell
from drivepower.core.texts import storable

Support = LocalList.Support
COMPARE = "charging.compare_local_lists"


@transaction.atomic
def note_version(*, station_id: int, version: int) -> None:
    """GetLocalListVersion: -1 keeps no list, 0 is empty (5.10); another version than ours makes the next one full."""
    local_list = _locked(station_id)
    if local_list is None:
        return
    if version < 0:
        _update(local_list, support=Support.NO, problem=problems.NO_LIST, sending_version=None)
        return
    known: dict[str, object] = {"support": Support.YES, "sending_version": None, "checked_at": None}
    if version != local_list.version:
        known |= {"version": min(version, LAST_VERSION), "entries": {}, "is_full_needed": True}
    _update(local_list, **known)


@transaction.atomic
def note_sent(*, station_id: int, portion: Portion, word: str, at: datetime) -> None:
    """What a station answered to a portion: Accepted, Failed, NotSupported, VersionMismatch or a word of its own."""
    local_list = _locked(station_id)
    if local_list is None:
        return
    if word == "Accepted":
        _update(
            local_list,
            entries=applied(local_list.entries, portion),
            version=portion.version,
            sending_version=None,
            is_full_needed=local_list.is_full_needed and not portion.is_full,
            support=Support.YES,
            accepted_at=at,
            checked_at=None,
        )
    elif word in {"NotSupported", "NotImplemented"}:
        _update(local_list, support=Support.NO, problem=problems.NO_LIST, sending_version=None)
    elif portion.is_full:  # nothing is left to try but later; the station may have moved on to another version
        problem = problems.NOT_TAKEN % {"word": storable(word)[:40]}
        _update(local_list, support=Support.UNKNOWN, problem=problem, sending_version=None, is_full_needed=True)
    else:
        _update(local_list, sending_version=None, is_full_needed=True, checked_at=None)


def _locked(station_id: int) -> LocalList | None:
    return LocalList.objects.select_for_update(no_key=True).filter(station=station_id).first()


def _update(local_list: LocalList, **fields: object) -> None:
    LocalList.objects.filter(pk=local_list.pk).update(**fields)
    if "checked_at" in fields and fields["checked_at"] is None:
        doorbell.hint(COMPARE)
