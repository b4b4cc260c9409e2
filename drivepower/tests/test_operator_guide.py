"""The guide for operators names pictures and tests that are there, in both languages."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
PICTURE = re.compile(r"!\[[^\]]+\]\((screenshots/[^)]+)\)")
TEST = re.compile(r"`(drivepower/tests/browser/test_job_\w+\.py)`")
GUIDES = {"en": "operator-guide.md", "ru": "operator-guide.ru.md"}
JOBS = 8
LARGEST = 150 * 1024


def read(language: str) -> str:
    """The guide in that language."""
    return (DOCS / GUIDES[language]).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(GUIDES))
def test_its_pictures_are_there_and_small(language: str) -> None:
    pictures = PICTURE.findall(read(language))
    assert len(pictures) >= JOBS
    for picture in pictures:
        assert picture.endswith(f"-{language}.png")
        size = (DOCS / picture).stat().st_size
        assert size <= LARGEST, f"{picture} has {size} bytes: take it with `make pictures`"


def test_it_shows_every_picture_that_is_kept() -> None:
    shown = {picture for language in GUIDES for picture in PICTURE.findall(read(language))}
    assert {f"screenshots/{path.name}" for path in (DOCS / "screenshots").glob("job-*.png")} == shown


@pytest.mark.parametrize("language", list(GUIDES))
def test_each_job_has_its_test(language: str) -> None:
    text = read(language)
    kept = {str(path.relative_to(ROOT)) for path in (ROOT / "drivepower/tests/browser").glob("test_job_*.py")}
    assert len(re.findall(r"^## \d\. ", text, re.MULTILINE)) == JOBS
    assert set(TEST.findall(text)) == kept
    assert len(kept) == JOBS


@pytest.mark.parametrize("language", list(GUIDES))
def test_each_picture_is_taken_by_the_test_of_its_job(language: str) -> None:
    for section in re.split(r"^## ", read(language), flags=re.MULTILINE)[1:]:
        [test] = TEST.findall(section)
        jobs = re.findall(r'walking\(\w+, "([a-z-]+)"', (ROOT / test).read_text(encoding="utf-8"))
        for picture in PICTURE.findall(section):
            assert any(picture.startswith(f"screenshots/job-{job}-") for job in jobs), picture
