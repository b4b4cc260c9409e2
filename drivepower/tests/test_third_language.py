"""Another language needs nothing but its translation file: a process that finds one speaks it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from drivepower import catalogues, languages

KYRGYZ = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "There is no such station."
msgstr "Мындай станция жок."

msgid "Welcome back to"
msgstr "Кош келиңиз:"
"""
READ = """
import django
django.setup()
from django.conf import settings
from django.test import Client
print(settings.LANGUAGES)
headers = {"Accept-Language": "ky"}
print(Client().get("/admin/login/", headers=headers).content.decode())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "ky" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(KYRGYZ, encoding="utf-8")
    assert catalogues.main([str(tmp_path)]) == 0
    return tmp_path


@pytest.mark.django_db
def test_a_process_that_finds_it_speaks_it(folder: Path) -> None:
    database = settings.DATABASES["default"]
    where = "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(
        **{name: database[name] for name in ("USER", "HOST", "PORT", "NAME")}
    )
    own = {"MORE_LOCALES": str(folder), "DJANGO_SETTINGS_MODULE": "drivepower.settings", "DATABASE_URL": where}
    told = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", READ],
        env=os.environ | own | {"PYTHONIOENCODING": "utf-8", "ALLOWED_HOSTS": "testserver"},
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "('ky', 'Кыргызча')" in told.stdout
    assert '<html lang="ky"' in told.stdout
    assert "Кош келиңиз:" in told.stdout


def test_a_catalogue_is_a_language(folder: Path) -> None:
    assert languages.found([folder]) == [("en", "English"), ("ky", "Кыргызча")]
    assert languages.found([folder / "ky"]) == [("en", "English")]
    assert settings.LANGUAGES == [("en", "English"), ("ru", "Русский")]


def test_one_that_nobody_has_named_is_called_by_its_code() -> None:
    assert languages.named("zz") == "Zz"
