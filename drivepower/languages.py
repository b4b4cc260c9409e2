"""The languages that the portal and the API speak: English, and each that has a catalogue. Safe in settings."""

from collections.abc import Iterable
from pathlib import Path

from django.conf.locale import LANG_INFO

# What the code itself is written in.
OWN = "en"


def found(folders: Iterable[Path]) -> list[tuple[str, str]]:
    """Each language with its name in itself; another one needs nothing but its translation file in such a folder."""
    catalogues = (path for folder in folders for path in folder.glob("*/LC_MESSAGES/django.mo"))
    codes = {path.parent.parent.name.replace("_", "-").lower() for path in catalogues} - {OWN}
    return [(code, named(code)) for code in (OWN, *sorted(codes))]


def named(code: str) -> str:
    """A language's name in itself; its code, where nobody has told us."""
    told = LANG_INFO.setdefault(code, {"bidi": False, "code": code, "name": code, "name_local": code})
    name = str(LANG_INFO[told["fallback"][0]]["name_local"] if "fallback" in told else told["name_local"])
    return name[:1].upper() + name[1:]
