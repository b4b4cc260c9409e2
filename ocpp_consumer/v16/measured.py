"""Meter values on their way into the journal: each sample for the session that it belongs to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from charging import clock, metering
from charging.attribution import Attribution
from charging.metering import Sample
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts

NO_NUMBER = "a value is no number"
# As many as fit into the longest frame if they say what they are; more of them would hold up everybody's words.
MOST, TOO_MANY = 10_000, "more samples than are stored; the others are in its words"


def parse(heard: Heard, meter_value: object) -> list[Sample]:
    """The samples of a frame; one whose value cannot be read is noted on the frame, its words are kept."""
    samples = metering.parse(meter_value, received_at=heard.received_at)
    if len(samples) > MOST:
        heard.findings.append(TOO_MANY)
        del samples[MOST:]
    for sample in samples:
        if sample.value is None:
            heard.findings.append(NO_NUMBER)
            break
    return samples


def of_session(heard: Heard, samples: Sequence[Sample], session: Attribution) -> list[facts.Fact]:
    """Its readings, and how it stands by them; a session that is over stands as it ended."""
    if heard.conversation.quirks.registers_start_at_zero:
        samples = [_since_ever(sample, session.meter_start_wh or 0) for sample in samples]
    said = _readings(heard, samples, session_key=session.session_id, number=session.number)
    if session.until is None:
        summary = metering.summary(samples, meter_start_wh=session.meter_start_wh)
        at = summary.at and clock.effective(said=summary.at, received_at=heard.received_at).at
        said.append(facts.Meter(session.session_id, summary.energy_wh, summary.power_w, summary.soc, at))
    return said


def of_connector(heard: Heard, samples: Sequence[Sample], *, number: int) -> list[facts.Fact]:
    """Readings that belong to no session that is known."""
    return _readings(heard, samples, session_key=0, number=number)


def claim(heard: Heard, session: Attribution, *, until: datetime) -> facts.Attribution:
    """What makes readings its own that came before their session was known."""
    return facts.Attribution(session.session_id, heard.conversation.station_id, session.number, session.since, until)


def _readings(heard: Heard, samples: Sequence[Sample], *, session_key: int, number: int) -> list[facts.Fact]:
    where = heard.conversation.station_id, number, heard.received_at
    return [facts.Readings(session_key, *where, samples)] if samples else []


def _since_ever(sample: Sample, meter_start_wh: int) -> Sample:
    """A register that counts from the start, as the meter would show it; those of the two ends are the meter's own."""
    if sample.measurand != metering.REGISTER or sample.value is None or sample.context.startswith("Transaction."):
        return sample
    return replace(sample, value=sample.value + meter_start_wh, raw=sample.raw or f"{sample.value} {sample.unit}")
