"""Why a charge ended, in words: of the station, and of us."""

import pytest
from django.utils.translation import override

from charging import stop_words


def test_a_stop_without_a_reason_is_a_local_one() -> None:
    assert (
        stop_words.reason("") == stop_words.reason("Local") == "somebody stopped it at the station, by card or button"
    )


def test_what_has_no_words_stays_as_it_was_said() -> None:
    assert stop_words.reason("<b>Aliens</b>\u202e") == "«<b>Aliens</b>»"
    assert stop_words.cause_of("weather\u202e") == "weather"


@pytest.mark.parametrize("table", [stop_words.STOP_REASONS, stop_words.STOP_CAUSES], ids=["reasons", "causes"])
def test_all_of_them_speak_russian(table: dict[str, str]) -> None:
    english = {word: str(text) for word, text in table.items()}
    with override("ru"):
        assert [word for word, text in table.items() if str(text) == english[word]] == []
