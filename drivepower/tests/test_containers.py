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
LISTS = re.findall(r"(?:command|test): (\[.+\])$", COMPOSE, re.MULTILINE)
LISTS += re.findall(r"^CMD (\[.+?\])$", DOCKERFILE.replace("\\\n", ""), re.MULTILINE)
WORDS = [" ".join(word for word in json.loads(one) if word not in {"CMD", "CMD-SHELL"}) for one in LISTS]
NOT_OURS = ("pg_isready", "valkey-cli", "sh -c echo requirepass", "find /tmp")


def services() -> dict[str, str]:
    """The text of each service: what stands under its name, two spaces deep under `services:`."""
    text = COMPOSE.split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    parts = re.split(r"^  (\w+):$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_it_runs_the_processes_of_the_house_and_knows_when_each_is_well() -> None:
    assert list(services()) == ["postgres", "valkey", "migrate", "web", "ocpp", "worker", "beat"]
    assert [name for name, text in services().items() if "healthcheck:" not in text] == ["migrate"]


@pytest.mark.parametrize("words", [words for words in WORDS if not words.startswith(NOT_OURS)])
def test_every_command_names_what_exists(words: str) -> None:
    match words.split():
        case ["python", "manage.py", command, *_]:
            assert command in get_commands()
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module)
        case ["uvicorn", application, *_]:
            assert import_string(application.replace(":", "."))
        case ["celery", "--app", application, "worker" | "beat" | "inspect", *_]:
            assert import_string(application.replace(":", "."))
        case _:
            pytest.fail(f"{words} is none of our entry points")


def test_a_container_serves_with_the_options_of_a_run_at_home() -> None:
    served = next(words for words in WORDS if words.startswith("uvicorn"))

    assert served == f"uvicorn drivepower.asgi:application --host 0.0.0.0 --port 8000 {' '.join(WEB.split())}"


def test_nothing_starts_with_a_secret_that_was_never_set() -> None:
    assert [
        name for name in re.findall(r"\$\{(.+?)\}", COMPOSE) if not re.fullmatch(r"(\w+):\?set \1 in \.env", name)
    ] == []


def test_the_image_does_not_run_as_root_and_installs_what_is_pinned() -> None:
    last_stage = DOCKERFILE.split("\nFROM ")[-1]

    assert re.search(r"^USER drivepower$", last_stage, re.MULTILINE)
    assert "--require-hashes --no-deps --requirement requirements.txt" in DOCKERFILE
