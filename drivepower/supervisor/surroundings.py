"""The settings that children see: the person's own first, then kept secrets, then what the demo needs."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

RANDOM = ("SECRET_KEY", "OCPP_KEY_PEPPER")
LINE = re.compile(r"(?:export )?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


def read_settings(file: Path) -> dict[str, str]:
    """The NAME=value lines of a file; none if there is no such file."""
    lines = file.read_text().splitlines() if file.is_file() else []
    found = filter(None, (LINE.match(line.strip()) for line in lines))
    return {match[1]: match[2].strip("\"'") for match in found}


def keep_secrets(data_dir: Path, *, known: Mapping[str, str]) -> dict[str, str]:
    """The secrets that `known` does not hold: those of an earlier start, or new random ones, kept for the next."""
    file = data_dir / "secrets.env"
    kept = read_settings(file)
    missing = {name: secrets.token_hex(32) for name in RANDOM if not known.get(name) and name not in kept}
    if missing:
        kept |= missing
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.writelines(f"{name}={value}\n" for name, value in kept.items())
        new.replace(file)
    return {name: value for name, value in kept.items() if not known.get(name)}


def demo_settings(address: str) -> dict[str, str]:
    """What a demo on this machine needs: local addresses, its own bank, DEMO_MODE."""
    return {
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "DEBUG": "0",
        "DEMO_MODE": "1",
        "PUBLIC_URL": address,
        "SANDBOX_BANK_URL": f"{address}/sandbox/bank",
        "PYTHONUNBUFFERED": "1",
    }
