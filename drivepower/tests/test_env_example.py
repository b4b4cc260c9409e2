"""`.env.example` shows every setting, in the order of settings.py."""

import ast
import itertools
import re

from drivepower.supervisor.house import ROOT
from drivepower.supervisor.surroundings import read_settings

EXAMPLE = ROOT / ".env.example"
NAME = re.compile(r"#?([A-Z_0-9]+)=")
OF_COMPOSE = "# --- Only docker-compose.yml reads these"


def settings_read() -> dict[str, bool]:
    """The names that settings.py asks the environment for, in its order, and whether each has a default."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / "drivepower/settings.py").read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant) and asks(node.func):
            has_default = any(word.arg == "default" for word in node.keywords)
            found[node.lineno, str(node.args[0].value)] = has_default
    return {name: has_default for (_, name), has_default in sorted(found.items())}


def asks(function: ast.expr) -> bool:
    """Whether this is `env` or `env.something`."""
    reader = function.value if isinstance(function, ast.Attribute) else function
    return isinstance(reader, ast.Name) and reader.id == "env"


def example_lines() -> list[str]:
    return EXAMPLE.read_text().split(OF_COMPOSE)[0].splitlines()


def test_it_shows_every_setting_in_the_order_of_the_code() -> None:
    shown = [match[1] for match in map(NAME.match, example_lines()) if match]

    assert shown == list(settings_read())


def test_it_explains_each_setting_in_one_line_above_it() -> None:
    lines = example_lines()
    unexplained = [line for above, line in itertools.pairwise(lines) if NAME.match(line) and not above.startswith("# ")]

    assert unexplained == []


def test_a_copy_sets_nothing_but_leaves_room_for_what_must_be_set() -> None:
    required = [name for name, has_default in settings_read().items() if not has_default]
    written = read_settings(EXAMPLE)

    assert [name for name in written if name in required] == required
    assert set(written.values()) == {""}
