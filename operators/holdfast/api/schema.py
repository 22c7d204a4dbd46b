"""From a record to a structural schema: everything inline, every field described and bounded, nothing else.

The API server takes a subset of JSON Schema. Pydantic writes the rest too: references, titles, null
alternatives, constants. This file turns one into the other and stops (ValueError) at what it cannot turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.api.kind import Kind

Schema = dict[str, Any]

ENVELOPE: Schema = {
    "apiVersion": {"type": "string", "maxLength": 63, "description": "The group and version of the kind."},
    "kind": {"type": "string", "maxLength": 63, "description": "The kind."},
    "metadata": {"type": "object"},
}

DROPPED = ("title", "$defs", "propertyNames", "patternProperties", "const")


def structural(kind: type[Kind]) -> Schema:
    """The openAPIV3Schema of a kind: its metadata left to the API server, its spec required."""
    written = kind.model_json_schema(by_alias=True)
    schema = _inline(written, written.get("$defs", {}))
    schema["properties"] = {
        **ENVELOPE,
        **{name: schema["properties"][name] for name in ("spec", "status") if name in schema["properties"]},
    }
    schema["required"] = ["spec"]
    return schema


def _inline(node: Mapping[str, Any], defs: Mapping[str, Any]) -> Schema:
    """One schema node with references resolved and alternatives with null reduced to an absent field."""
    merged = _without_null(_resolved(node, defs), defs)
    schema = {key: value for key, value in merged.items() if key not in DROPPED}
    if schema.get("type") == "object" and "properties" in schema:
        schema.pop("additionalProperties", None)
        schema["properties"] = {name: _inline(child, defs) for name, child in schema["properties"].items()}
    elif schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = _inline(schema["additionalProperties"], defs)
    if schema.get("type") == "array":
        schema["items"] = _inline(schema["items"], defs)
    return _typed(schema)


def _resolved(node: Mapping[str, Any], defs: Mapping[str, Any]) -> Schema:
    """The node with its reference replaced by what it points to; what the field itself says wins."""
    if "$ref" not in node:
        return dict(node)
    target = defs[node["$ref"].rsplit("/", 1)[-1]]
    return {**_resolved(target, defs), **{key: value for key, value in node.items() if key != "$ref"}}


def _without_null(node: Schema, defs: Mapping[str, Any]) -> Schema:
    """An optional field as a plain one: absent, never null. Its null default disappears with it."""
    if "anyOf" not in node:
        return node
    choices = [choice for choice in node["anyOf"] if choice != {"type": "null"}]
    if len(choices) != 1:
        raise ValueError(f"a definition knows one type per field, this one has {len(choices)}: {node}")
    own = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
    return {**_resolved(choices[0], defs), **own}


def _typed(schema: Schema) -> Schema:
    """The node with what Kubernetes adds to its type; an empty default of a list or map stays absent."""
    if schema.get("type") == "integer":
        schema["format"] = "int64"
    if schema.get("type") == "number":
        raise ValueError(f"a floating point field cannot be kept exactly: {schema}")
    if schema.get("default") in ([], {}) or schema.get("default", ...) is None:
        del schema["default"]
    return schema
