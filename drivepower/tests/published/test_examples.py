"""Every value of the published schema has an example, and each example fits its schema."""

from typing import Any

import jsonschema_rs
import pytest
from drf_spectacular.generators import SchemaGenerator

from drivepower.core.examples import leaves


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    generator: Any = SchemaGenerator  # it has no type hints
    schema: dict[str, Any] = generator().get_schema(request=None, public=True)
    return schema


def composed(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """What the pages show of a schema."""
    if "example" in schema:
        return schema["example"]
    if "$ref" in schema:
        return composed(components[schema["$ref"].rpartition("/")[2]], components)
    for word in ("allOf", "oneOf", "anyOf"):
        if word in schema:
            return composed(schema[word][0], components)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "properties" in schema:
        return {name: composed(child, components) for name, child in schema["properties"].items()}
    if "items" in schema:
        return [composed(schema["items"], components)]
    return True


def test_each_value_has_one(published: dict[str, Any]) -> None:
    assert [f"{place}.{name}" for place, name, schema in leaves(published) if type_is_told(schema)] == []


def type_is_told(schema: dict[str, Any]) -> bool:
    return bool(schema.get("type"))


def test_each_component_shows_a_body_that_fits_it(published: dict[str, Any]) -> None:
    components = published["components"]["schemas"]
    wrong = {}
    for name, schema in components.items():
        root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": components}}
        body = composed(schema, components)
        errors = [
            f"{list(error.instance_path)}: {error.message}"
            for error in jsonschema_rs.validator_for(root).iter_errors(body)
        ]
        if errors:
            wrong[name] = errors
    assert wrong == {}


def test_each_parameter_fits(published: dict[str, Any]) -> None:
    given = [
        parameter["schema"]
        for path in published["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", ())
        if "example" in parameter["schema"]
    ]
    assert len(given) > 100
    assert [schema for schema in given if not jsonschema_rs.is_valid(schema, schema["example"])] == []
