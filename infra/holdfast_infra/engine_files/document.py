"""One JSON document of the engine, and what all its resources have in common."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

Object = Mapping[str, Any]
Document = TypeVar("Document")
_OWN_TYPES = "pulumi:"
"""Stacks and providers: the engine's own, nothing that stands anywhere."""


class UnreadableFile(ValueError):
    """A file that this engine did not write, or a newer one wrote otherwise: nothing can be said of it."""


def read_document(text: str, made_by: str) -> Object:
    """The document in a text. Raises UnreadableFile with how such a file is made.

    made_by: the command that writes one.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UnreadableFile(f"is not one JSON document ({error}); make it by `{made_by}`") from error
    if not isinstance(found, dict):
        raise UnreadableFile(f"is no JSON object; make it by `{made_by}`")
    return found


def read_file(path: str, parse: Callable[[str], Document]) -> Document:
    """The document in a file, `-` for standard input. Raises UnreadableFile, which names it."""
    try:
        return parse(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableFile(f"{path} cannot be read ({reason})") from error
    except UnreadableFile as error:
        raise UnreadableFile(f"{path} {error}") from error


def is_real(resource: Object) -> bool:
    """Whether a resource stands somewhere: it is no component, no provider and no stack."""
    return bool(resource.get("custom")) and not str(resource["type"]).startswith(_OWN_TYPES)


def name_of(urn: str) -> str:
    """`tpu7x-a-cube-000` of `urn:pulumi:lake-mariner::holdfast::parents$type::tpu7x-a-cube-000`."""
    return urn.split("::", maxsplit=3)[3]


def stack_of(urn: str) -> str:
    """`lake-mariner` of the same."""
    return urn.split("::", maxsplit=1)[0].removeprefix("urn:pulumi:")


def declared_name(config: Mapping[str, str]) -> str:
    """Name of the datacenter that a stack's configuration declares; empty if it cannot be read."""
    try:
        declared = json.loads(config.get("holdfast:datacenter", ""))
    except ValueError:
        return ""
    return str(declared.get("name") or "") if isinstance(declared, dict) else ""
