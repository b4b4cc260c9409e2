"""The guide for support: its pictures are there, both languages say the same, its quotes are the product's words."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
GUIDES = {"en": "support-guide.md", "ru": "support-guide.ru.md"}
PICTURE = re.compile(r"!\[[^\]]+\]\((screenshots/[^)]+)\)")
TEST = re.compile(r"`(drivepower/tests/browser/test_support_\w+\.py)`")
STORY = re.compile(r"`(an? [^`]+)`")
QUOTE = re.compile(r"^> (.+)$", re.MULTILINE)
NAME = re.compile(r"\*\*([^*]+)\*\*")
FIELD = re.compile(r"%(?:\\\()\w+(?:\\\))[sd]")
LABELS = {
    "en": ("The driver says", "The way", "The page says", "You may", "Tell them", "Hand over", "Played by"),
    "ru": ("Водитель говорит", "Путь", "Страница говорит", "Вы можете", "Скажите", "Передайте", "Кто это играет"),
}
COMPLAINTS = 12
LARGEST = 150 * 1024


def read(language: str) -> str:
    """The guide in that language."""
    return (DOCS / GUIDES[language]).read_text(encoding="utf-8")


def sections(language: str) -> list[str]:
    """Its parts, each with its head."""
    return re.split(r"^## ", read(language), flags=re.MULTILINE)[1:]


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    """What it finds, on one line each."""
    return [" ".join(one.split()) for one in pattern.findall(text)]


def complaints(language: str) -> list[str]:
    """The numbered ones."""
    return [one for one in sections(language) if re.match(r"\d+\. ", one)]


@cache
def msgids() -> list[str]:
    """Every English text that has a Russian one."""
    catalogue = (ROOT / "locale" / "ru" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    entries = re.findall(r'^msgid ((?:"(?:[^"\\]|\\.)*"\n)+)msgstr', catalogue, re.MULTILINE)
    texts = ("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', one)) for one in entries)
    return [text.replace('\\"', '"') for text in texts if text]


def shape(text: str) -> re.Pattern[str]:
    """What a text with fields may become."""
    return re.compile(FIELD.sub("(.*)", re.escape(text.strip()).replace("%%", "%")))


def origins(quote: str) -> Iterator[str]:
    """The texts of the product that may have become this quote; words stand for words, fields for the rest."""
    for text in msgids():
        has_words = len(re.sub(r"%\(\w+\)[sd]|[^A-Za-z]", "", text)) > 2
        if has_words and is_of(text, quote):
            yield text


def is_of(text: str, quote: str) -> bool:
    """Whether the text may become the quote; a field at its end may be empty."""
    if re.split(r"%\(", text, maxsplit=1)[0].strip().replace("%%", "%") not in quote:
        return False  # much quicker than to try it
    return any(shape(text).fullmatch(one) for one in (quote, f"{quote} "))


def russian(text: str) -> str:
    """The product's translation."""
    with override("ru"):
        return gettext(text)


@pytest.mark.parametrize("language", list(GUIDES))
def test_its_pictures_are_there_and_small(language: str) -> None:
    pictures = PICTURE.findall(read(language))
    assert len(set(pictures)) == len(pictures)
    for picture in pictures:
        assert picture.endswith(f"-{language}.png")
        size = (DOCS / picture).stat().st_size
        assert size <= LARGEST, f"{picture} has {size} bytes: take it with `make pictures`"


def test_it_shows_every_picture_that_is_kept() -> None:
    shown = {picture for language in GUIDES for picture in PICTURE.findall(read(language))}
    assert {f"screenshots/{path.name}" for path in (DOCS / "screenshots").glob("support-*.png")} == shown


def test_both_languages_have_the_same_parts() -> None:
    english, other = sections("en"), sections("ru")
    assert len(english) == len(other)
    for one, two in zip(english, other, strict=True):
        named = [picture.replace("-en.", "-ru.") for picture in PICTURE.findall(one)]
        assert named == PICTURE.findall(two)
        assert found(TEST, one) + found(STORY, one) == found(TEST, two) + found(STORY, two)
        assert one[:3] == two[:3] or not one[0].isdigit()


@pytest.mark.parametrize("language", list(GUIDES))
def test_each_complaint_is_whole_and_names_who_plays_it(language: str) -> None:
    numbered = complaints(language)
    assert [int(one.partition(".")[0]) for one in numbered] == list(range(1, COMPLAINTS + 1))
    situations = (DOCS / "situations.md").read_text(encoding="utf-8")
    for one in numbered:
        assert [label for label in LABELS[language] if f"{label}:" not in one] == []
        assert PICTURE.findall(one)
        [test], [story] = found(TEST, one), found(STORY, one)
        assert (ROOT / test).exists()
        assert f"| {story} |" in situations


def test_each_picture_is_taken_by_a_test_that_is_named() -> None:
    taken = "".join((ROOT / test).read_text(encoding="utf-8") for test in set(TEST.findall(read("en"))))
    for picture in PICTURE.findall(read("en")):
        name = picture.removeprefix("screenshots/support-").removesuffix("-en.png").removeprefix("month-")
        assert f'"{name}"' in taken, picture


def test_its_quotes_are_sentences_of_the_product() -> None:
    english, other = QUOTE.findall(read("en")), QUOTE.findall(read("ru"))
    assert len(english) > 2 * COMPLAINTS
    for one, two in zip(english, other, strict=True):
        texts = list(origins(one))
        assert texts, f"the product never says: {one}"
        assert any(is_of(russian(text), two) for text in texts), two


def test_what_it_names_is_called_so() -> None:
    english, other = (found(NAME, read(language)) for language in GUIDES)
    assert len(english) == len(other)
    for one, two in zip(english, other, strict=True):
        assert one in msgids(), one
        assert russian(one) == two
