"""Dockerfile and docker-compose.yml name things that exist, as far as that can be seen without an engine."""

import importlib.util
import json
import re

import pytest
from django.core.management import get_commands
from django.utils.module_loading import import_string

from drivepower.supervisor.demo import WEB
from drivepower.supervisor.house import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def services() -> dict[str, str]:
    """The text of each service: what stands deeper than its name, two spaces deep under `services:`."""
    text = COMPOSE.split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    names = re.split(r"^  (\w+):$", text, flags=re.MULTILINE)[1:]
    return dict(zip(names[::2], names[1::2], strict=True))


def word_lists() -> list[list[str]]:
    """Every command and health check, of compose and of the Dockerfile, without the marks of their kind."""
    lists = re.findall(r"(?:command|test): (\[.+\])$", COMPOSE, re.MULTILINE)
    lists += re.findall(r"^CMD (\[.+?\])$", DOCKERFILE.replace("\\\n", ""), re.MULTILINE)
    found = []
    for words in map(json.loads, [one.replace("'", '"') if '"' not in one else one for one in lists]):
        found.append(words)
    return found
