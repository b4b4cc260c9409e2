"""The compiler of catalogues, held against Python's own reader of what it writes."""

import gettext
import io
from pathlib import Path

import pytest

from drivepower import catalogues

CATALOGUE = r"""# Words.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\n"

#: somewhere.py
msgid "receipt"
msgstr "чек"

msgctxt "verb"
msgid "charge"
msgstr "заряжать"

msgid "charge"
msgstr "заряд"

#, python-format
msgid "%(count)d car"
msgid_plural "%(count)d cars"
msgstr[0] "%(count)d машина"
msgstr[1] "%(count)d машины"
msgstr[2] "%(count)d машин"

msgid ""
"a \"long\" word\n"
"over two lines"
msgstr ""
"«длинное» слово\n"
"на двух строках"

#, fuzzy
msgid "tax"
msgstr "такси"

msgid "total"
msgstr ""

#~ msgid "gone"
#~ msgstr "ушло"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


def test_it_writes_what_gettext_reads(source: Path) -> None:
    catalogues.compile_catalogue(source)
    read = gettext.GNUTranslations(io.BytesIO(source.with_suffix(".mo").read_bytes()))
    assert read.gettext("receipt") == "чек"
    assert (read.gettext("charge"), read.pgettext("verb", "charge")) == ("заряд", "заряжать")
    cars = [read.ngettext("%(count)d car", "%(count)d cars", count) % {"count": count} for count in (1, 3, 5, 11, 22)]
    assert cars == ["1 машина", "3 машины", "5 машин", "11 машин", "22 машины"]
    assert read.gettext('a "long" word\nover two lines') == "«длинное» слово\nна двух строках"


def test_it_leaves_out_what_nobody_translated(source: Path) -> None:
    catalogues.compile_catalogue(source)
    read = gettext.GNUTranslations(io.BytesIO(source.with_suffix(".mo").read_bytes()))
    assert [read.gettext(text) for text in ("tax", "total", "gone")] == ["tax", "total", "gone"]


def test_it_compiles_all_of_a_tree_once(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(source.parents[3])
    assert catalogues.main() == 0
    first = source.with_suffix(".mo").stat()
    assert catalogues.main() == 0
    second = source.with_suffix(".mo").stat()
    assert (first.st_ino, first.st_mtime_ns) == (second.st_ino, second.st_mtime_ns)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("line", ["hello", '"no word before it"', "msgid no quotes"])
def test_it_names_the_line_that_it_cannot_read(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    source.write_text(f"{CATALOGUE}\n\n{line}\n", encoding="utf-8")
    monkeypatch.chdir(source.parents[3])
    assert catalogues.main() == 1
    assert capsys.readouterr().err == (f"locale/ru/LC_MESSAGES/django.po: this is no line of a catalogue: {line}\n")
