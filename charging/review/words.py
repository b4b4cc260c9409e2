"""The findings in sentences, for the people who decide."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from charging.review import names

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WORDS: "dict[str, _StrPromise]" = {
    names.NEGATIVE: _("The meter stood lower at the end than at the start."),
    names.ZERO_WITH_POWER: _("Power flowed, and no energy was counted."),
    names.TOO_LARGE: _("More energy than any car here takes."),
    names.IMPOSSIBLE: _("More energy than this connector can deliver in the time."),
    names.BEGIN_ZERO: _("The start says 0, while the meter counts for life."),
    names.STOP_BEFORE_START: _("It ended before it started."),
    names.TOO_LONG: _("It took longer than a charge takes."),
    names.CLOCK: _("The station's clock was wrong; the time of receipt is taken."),
    names.CLOCK_BEHIND: _("Both ends are dated long before they came over a standing connection: the clock is behind."),
    names.WENT_BACK: _("The meter read more before the end than at the end."),
    names.INFERRED: _("The station never said that it ended; the last reading is taken."),
    names.GUESSED: _("The end names no charge of ours; it was taken for this one's."),
    names.NO_PRICE: _("There was no price for it."),
    names.NO_PAYER: _("Nobody is known to pay for it."),
    names.PRICE_TOO_LARGE: _("It comes to more than any wallet can hold."),
    names.UNAUTHORIZED: _("It ran although it was not allowed."),
    names.REPAIR: _("Something broke inside us as it began, and the least that is known was written down."),
    names.ODD_METER: _("The station sent a meter value that cannot be."),
    names.MALFORMED_STOP: _("The end came without a meter value."),
    names.ONLY_STOP: _("Only its end ever came."),
    names.OVERLAPS: _("Another charge counts the same energy."),
    names.REFUNDED_BEFORE: _("It was refunded by hand, and now another end has come."),
    names.WAIVED_BEFORE: _("It was waived, and now another end has come."),
    names.CORRECTED_BEFORE: _("A person corrected it, and now another end has come."),
    names.SECOND_STOP: _("A second end says another meter value; the first one counts."),
    names.CONNECTOR_ZERO: _("The station said connector 0."),
    names.NO_HOLD: _("No money was held for it."),
    names.OVERSHOOT: _("It went beyond its limit."),
    names.REBOOTED: _("The station booted while it ran."),
    names.METER_GAP: _("The meter counted energy between the charge before and this one."),
    names.UNPRICED: _("A part of it had no price and costs nothing."),
    names.SOC_UNKNOWN: _("It was to stop at a state of charge, and the station told none."),
}


def say(finding: str) -> str:
    """A finding as a sentence; one that names another session says which."""
    name, _colon, other = finding.partition(":")
    sentence = str(WORDS.get(name, name.replace("_", " ")))
    return f"{sentence} (#{other})" if other else sentence


def say_all(findings: list[str]) -> list[str]:
    """All of them, each once; what is said with the other session's number is not said without it."""
    with_number = {finding.partition(":")[0] for finding in findings if ":" in finding}
    return [say(finding) for finding in findings if finding not in with_number]
