"""As much of JSON Schema as the schema of Slack's blocks uses: what is wrong with a value, and where."""

from collections.abc import Iterator, Mapping
from typing import Any

KINDS: dict[str, Any] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
KNOWN = frozenset(
    [
        "$schema",
        "$comment",
        "$ref",
        "definitions",
        "anyOf",
        "const",
        "enum",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
    ]
)


def faults(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Every place of the value that is not as the schema says. Raises AssertionError for a word we do not know."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        schema = whole["definitions"][schema["$ref"].removeprefix("#/definitions/")]
        yield from faults(value, schema, whole, at)
        return
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if _may_be(value, one, whole)]
        tried = [[*faults(value, one, whole, at)] for one in kinds]
        yield from min(tried, key=len, default=[f"{at}: {str(value)[:80]} is of no known type"])
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{at}: {value!r} is no {' or '.join(kinds)}"
    elif isinstance(value, dict):
        yield from _of_object(value, schema, whole, at)
    elif isinstance(value, list) and "items" in schema:
        for number, one in enumerate(value):
            yield from faults(one, schema["items"], whole, f"{at}/{number}")


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _may_be(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Whether an object's `type` is the one that is asked for."""
    if "$ref" in schema:
        schema = whole["definitions"][schema["$ref"].removeprefix("#/definitions/")]
    said = schema.get("properties", {}).get("type", {}).get("const")
    return said is None or (isinstance(value, dict) and value.get("type") == said)


def _of_object(
    value: Mapping[str, Any], schema: Mapping[str, Any], whole: Mapping[str, Any], at: str
) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at}: {name} is missing" for name in schema.get("required", []) if name not in value)
    for name, one in value.items():
        if name in known:
            yield from faults(one, known[name], whole, f"{at}/{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}: {name} is unknown"
