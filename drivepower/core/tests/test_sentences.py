"""What happened, said in the language of whoever reads it; the text itself stays English."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.core.sentences import joined, say, sentence, words_of

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


def in_russian(text: str) -> str:
    """What a Russian reader gets, from what is kept as JSON."""
    with translation.override("ru"):
        return say(json.loads(json.dumps(words_of(text))), text)


def test_it_is_english_whatever_language_is_in_force() -> None:
    with translation.override("ru"):
        said = sentence("Its connection ended at %(moment)s.", moment=NOON)
    assert said == "Its connection ended at 2026-03-05 12:00 UTC."
    assert in_russian(said) == "Связь с ней прервалась 5 Мар 2026 12:00 (UTC)."


def test_moments_are_of_the_readers_clock_which_is_told() -> None:
    said = sentence("Its connection ended at %(moment)s.", moment=NOON)
    with timezone.override(ZoneInfo("Asia/Bishkek")):
        assert say(words_of(said), said) == "Its connection ended at 5 Mar 2026 18:00 (UTC+06:00)."
    assert say({"text": "%(at)s", "with": {"at": {"moment": "x"}}}, "as it was") == "as it was"


def test_sentences_stand_in_sentences_and_numbers_have_the_readers_marks() -> None:
    owed = sentence("Session %(number)s: it costs %(a)s, earned were %(b)s.", number=7, a=Decimal("40.50"), b="x")
    both = joined([owed, sentence("Job %(number)s: %(why)s", number=3, why=sentence("no answer")), "100 %"])
    assert both == "Session 7: it costs 40.50, earned were x. Job 3: no answer 100 %"
    assert in_russian(both) == "Сессия 7: стоит 40,50, а заработано x. Задание 3: нет ответа 100 %"


@pytest.mark.parametrize(
    "words",
    [{}, {"text": "%(a)s"}, {"text": "%(a)d %(b)s", "with": {"a": "x"}}, {"number": "x"}, {"parts": 5, "between": ""}],
    ids=["none", "values", "value", "number", "parts"],
)
def test_what_cannot_be_said_anew_stays_as_it_was_written(words: dict[str, object]) -> None:
    assert say(words, "as it was") == "as it was"


@pytest.mark.django_db
def test_an_alert_and_its_history_speak_to_each_reader() -> None:
    for count in (1, 2):
        text = sentence("It lost its connection %(count)s times within a day.", count=count)
        alerts.open_alert(kind="x", subject="station:A\x00", text=text, at=NOON, anew=True)
    alert = Alert.objects.get()
    assert alert.text == "It lost its connection 2 times within a day."
    with translation.override("ru"):
        assert alert.said == "Обрывов связи за сутки: 2."
        assert [act.said for act in alert.acts.all()] == ["Обрывов связи за сутки: 1.", "Обрывов связи за сутки: 2."]


@pytest.mark.django_db
def test_a_text_of_nobodys_words_and_one_of_long_ago_stay_readable() -> None:
    alerts.open_alert(kind="x", subject="one", text="100 %(of) it", at=NOON)
    with translation.override("ru"):
        assert Alert.objects.get().said == "100 %(of) it"
