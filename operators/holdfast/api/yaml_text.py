"""Documents as YAML text: block style, stable order, strings quoted where another type could be read.

A writer of fifty lines instead of a dependency: the API floor needs nothing but pydantic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PLAIN = re.compile(r"[A-Za-z_/.][-A-Za-z0-9_./]*")
NOT_TEXT = frozenset(
    {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "none", ".inf", ".nan", "."}
)


def text_of(document: Mapping[str, Any], headline: str) -> str:
    """One YAML document with a comment line above it."""
    return f"# {headline}\n" + "\n".join(_mapping(document, "")) + "\n"


def _mapping(mapping: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _entry(f"{indent}{_scalar(key)}:", value, indent)


def _sequence(sequence: Sequence[Any], indent: str) -> Iterator[str]:
    for value in sequence:
        if not isinstance(value, Mapping) or not value:
            yield from _entry(f"{indent}-", value, indent + "  ")
            continue
        first, *rest = _mapping(value, indent + "  ")
        yield f"{indent}- {first[len(indent) + 2 :]}"
        yield from rest


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    """A key or a dash and what belongs to it; empty collections and scalars stay on its line."""
    if isinstance(value, Mapping) and value:
        yield head
        yield from _mapping(value, indent + "  ")
        return
    if isinstance(value, (list, tuple)) and value:
        yield head
        yield from _sequence(value, indent)
        return
    yield f"{head} {_scalar(value)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in NOT_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)
