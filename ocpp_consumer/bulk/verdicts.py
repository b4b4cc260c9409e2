"""What came of one station, from what is known of it: pure, so that each rule can be read and tested."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from charging.models import LocalList
from stations.models import BulkStep, Command, FirmwareJob, JobState

State, Effect, Outcome = Command.State, Command.Effect, BulkStep.Outcome
TIMED_OUT, NOT_SEEN, TOO_LATE = "timed_out", "not_seen", "too_late"
# A station that has taken it and carries it out when it may: at the end of a charge, at its next boot.
LATER = frozenset({"Scheduled", "RebootRequired"})


class Verdict(NamedTuple):
    """Success or failure, and why in a word; a success says something only where it is not the plain one."""

    outcome: BulkStep.Outcome
    reason: str = ""


def success(reason: str = "") -> Verdict:
    """It is as it is wanted."""
    return Verdict(Outcome.SUCCESS, reason[:80])


def failure(reason: str) -> Verdict:
    """It is not."""
    return Verdict(Outcome.FAILURE, reason[:80])


def word_of(answer: Mapping[str, Any]) -> str:
    """What the station answered, in a word."""
    return str(answer.get("status") or answer.get("error") or "")


def of_command(command: Command) -> Verdict | None:
    """By its answer and its effect; None while either may still come.

    A Reset whose socket ended before the answer was heard is judged by the boot, as is anything whose effect shows.
    """
    state, effect, word = command.state, command.effect, word_of(command.answer)
    if effect == Effect.SEEN:
        return success()
    if state == State.ACCEPTED and word in LATER:
        return success(word)
    if effect == Effect.NOT_SEEN:
        return failure(NOT_SEEN)
    if state == State.TIMED_OUT and (effect == Effect.NONE or command.sent_at is None):
        return failure(TIMED_OUT)
    if effect == Effect.EXPECTED or state in {State.QUEUED, State.SENT}:
        return None
    return success("" if word == "Accepted" else word) if state == State.ACCEPTED else failure(word or str(state))


def of_all(commands: Iterable[Command]) -> Verdict | None:
    """Of several values: all of them, or the first that failed, by its key."""
    verdicts = [(command.payload.get("key"), of_command(command)) for command in commands]
    for key, verdict in verdicts:
        if verdict and verdict.outcome == Outcome.FAILURE:
            return failure(f"{key}: {verdict.reason}")
    if any(verdict is None for _, verdict in verdicts):
        return None
    return next((verdict for _, verdict in verdicts if verdict and verdict.reason), success())


def of_firmware(command: Command, job: FirmwareJob | None) -> Verdict | None:
    """When Installed was told, or that it will never be; an answer says only that it was heard."""
    if job is not None and job.state == JobState.DONE:
        return success()
    if job is not None and job.state == JobState.FAILED:
        return failure(job.status or job.reason)
    heard = of_command(command)
    return heard if heard and heard.outcome == Outcome.FAILURE and command.sent_at is None else None


def of_list(kept: LocalList | None, *, taken_at: Any) -> Verdict | None:
    """When the list was compared after all of it was accepted, or the station will have none of it."""
    if kept is None or not kept.is_kept:
        return failure("not_kept")
    if kept.support == LocalList.Support.NO:
        return failure("NotSupported")
    if kept.sending_version is not None or kept.checked_at is None or kept.checked_at < taken_at:
        return None
    if kept.support == LocalList.Support.YES and not kept.is_full_needed:
        return success(kept.problem)
    return failure(kept.problem) if kept.problem and kept.is_full_needed else None
