"""Property values as they travel between engine and plugin, and as plain Python.

Pulumi sends protobuf Structs with a few marked shapes in them: a string that stands for a value not known
yet, and maps whose signature key says that they are a secret or an output. The constants are Pulumi's own
(its protocol documentation, "property values").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that exists only after the preview."""
SIGNATURE = "4dabf18193072939515e22adb298388d"
CONFIDENTIAL = "1b47061264138c4ac30d75fd1eb44270"
"""Value of the signature of a secret."""

Plain = dict[str, Any]


def to_plain(struct: Struct) -> Plain:
    """A Struct as dicts, lists, strings, booleans, None, and ints where the number is whole."""
    return {key: _to_plain(value) for key, value in struct.fields.items()}


def to_struct(plain: Mapping[str, Any]) -> Struct:
    """The other way; keys whose value is None stay, as nulls."""
    struct = Struct()
    struct.update(plain)
    return struct


def _to_plain(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return to_plain(value.struct_value)
    if kind == "list_value":
        return [_to_plain(each) for each in value.list_value.values]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    return getattr(value, kind) if kind not in (None, "null_value") else None


def is_secret(value: Any) -> bool:
    """Whether this very value is marked secret."""
    return isinstance(value, dict) and value.get(SIGNATURE) == CONFIDENTIAL


def as_secret(value: Any) -> Any:
    """The value, marked secret once."""
    return value if is_secret(value) else {SIGNATURE: CONFIDENTIAL, "value": value}


def without_secrets(value: Any) -> Any:
    """The value with every secret opened, as a plugin that accepts no secrets gets it."""
    if is_secret(value):
        return without_secrets(value.get("value"))
    return _mapped(value, without_secrets)


def has_unknown(value: Any) -> bool:
    """Whether any part is not known yet."""
    return _any(value, lambda part: part == UNKNOWN)


def has_secret(value: Any) -> bool:
    """Whether any part is secret."""
    return _any(value, is_secret)


def marked_like(outputs: Plain, inputs: Mapping[str, Any]) -> Plain:
    """Outputs with every value marked secret that was secret among the inputs under the same name."""
    return {key: _marked(value, inputs.get(key)) for key, value in outputs.items()}


def _marked(value: Any, like: Any) -> Any:
    if isinstance(value, dict) and isinstance(like, dict) and not is_secret(like):
        return marked_like(value, like)
    return as_secret(value) if has_secret(like) else value


def at(value: Any, path: str) -> Any:
    """The part at a dotted path; None where the path leads nowhere. A list of one counts as its element."""
    for key in path.split("."):
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: change(each) for key, each in value.items()}
    return [change(each) for each in value] if isinstance(value, list) else value


def _any(value: Any, holds: Callable[[Any], bool]) -> bool:
    if holds(value):
        return True
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_any(each, holds) for each in parts)
