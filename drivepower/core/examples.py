"""Examples in the published schema: each value by its name from one table, so that the pages show whole bodies.

The values of the table are in drivepower/core/example_values; an example is given only where it fits its schema's type.
"""

import re
from collections.abc import Iterator
from typing import Any

from drivepower.core.example_values import BY_FORMAT, BY_NAME, BY_PLACE, MAPS, NUMBER_OF_NOTHING

Schema = dict[str, Any]
TYPES: dict[str, type | tuple[type, ...]] = {"string": str, "integer": int, "number": (int, float)}
# What needs no example: it says itself what it may be.
TOLD = ("example", "examples", "enum", "const", "$ref", "allOf", "oneOf", "anyOf")


def give_examples(result: Schema, **_: Any) -> Schema:
    """The hook of drf-spectacular, once the whole schema is made."""
    for place, name, schema in leaves(result):
        found = example_of(place, name, schema)
        if found is not None:
            schema["example"] = found
    return result


def leaves(result: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Every value of components and of parameters that does not say itself what it may be: place, name, schema."""
    for component, schema in result.get("components", {}).get("schemas", {}).items():
        yield from inside(component, component, schema)
    for path in result.get("paths", {}).values():
        for operation in path.values():
            for given in operation.get("parameters", ()):
                if "example" not in given:
                    yield from inside(given["in"], given["name"], given["schema"])


def inside(place: str, name: str, schema: Schema) -> Iterator[tuple[str, str, Schema]]:
    """The leaves of one schema."""
    kind = type_of(schema)
    if kind == "boolean" or any(word in schema for word in TOLD):
        return
    if kind == "array":
        yield from inside(place, name, schema.get("items", {}))
    elif "properties" in schema:
        for child, of_child in schema["properties"].items():
            yield from inside(place, child, of_child)
    else:
        yield place, name, schema


def type_of(schema: Schema) -> str:
    """Its type beside null; nothing where it may be anything."""
    types = schema.get("type", "")
    return next((one for one in types if one != "null"), "") if isinstance(types, list) else str(types)


def example_of(place: str, name: str, schema: Schema) -> Any:
    """The example of a value; None where the table has none."""
    kind = type_of(schema)
    if kind == "object":
        return MAPS.get(name, {})
    found = [BY_PLACE.get((place, name)), BY_FORMAT.get(schema.get("format", "")), *BY_NAME.get(name, ())]
    if kind == "integer":
        found += [NUMBER_OF_NOTHING]
    return next((value for value in found if value is not None and fits(value, kind, schema)), None)


def fits(value: Any, kind: str, schema: Schema) -> bool:
    """Whether an example is of that type, pattern and size."""
    if kind and not isinstance(value, TYPES[kind]):
        return False
    if isinstance(value, str):
        pattern, most = schema.get("pattern", ""), schema.get("maxLength", len(value))
        return len(value) <= most and bool(re.search(pattern, value))
    if isinstance(value, int | float):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    return True
