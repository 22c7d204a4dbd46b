"""YAML as kubectl writes a kubeconfig, read without a library: to load one takes a tenth of a quick command.

Read is only what can mean one thing: mappings and lists in blocks, and plain words that are text in every version of
YAML. At the first line that may be anything else nothing is read, and the library is asked.
"""

from __future__ import annotations

import string
from typing import Any

_BEGINS = frozenset(string.ascii_letters + "/")
_PLAIN = frozenset(string.ascii_letters + string.digits + "+/=._-:@")
_KEY = frozenset(string.ascii_letters + "-")
_NO_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_SAID = {"true": True, "false": False, "{}": {}}
_ITEM = "- "

Line = tuple[int, str]
"""How far a line is indented, and what stands in it."""


class _AnythingElse(Exception):
    """A line that the library has to read."""


def read(text: str) -> dict[str, Any] | None:
    """What the document says; None where it is of another form."""
    lines = [(len(line) - len(line.lstrip(" ")), line.strip(" ")) for line in text.splitlines() if line]
    try:
        found, end = _mapping(lines, 0, 0)
    except _AnythingElse:
        return None
    return found if found and end == len(lines) else None


def _mapping(lines: list[Line], at: int, indent: int) -> tuple[dict[str, Any], int]:
    """The keys from this line on that are indented so far, and the line after them."""
    found: dict[str, Any] = {}
    while at < len(lines) and lines[at][0] == indent and not lines[at][1].startswith(_ITEM):
        key, _, value = lines[at][1].partition(":")
        if not _KEY.issuperset(key) or not key or key.lower() in _NO_TEXT or key in found:
            raise _AnythingElse
        found[key], at = (_scalar(value), at + 1) if value else _below(lines, at + 1, indent)
    return found, at


def _below(lines: list[Line], at: int, indent: int) -> tuple[Any, int]:
    """What stands under a key: a list, which may be as far to the left as the key, or a mapping."""
    if at == len(lines):
        raise _AnythingElse
    inner, line = lines[at]
    if line.startswith(_ITEM) and inner >= indent:
        return _list(lines, at, inner)
    if inner > indent:
        return _mapping(lines, at, inner)
    raise _AnythingElse


def _list(lines: list[Line], at: int, indent: int) -> tuple[list[Any], int]:
    """Mappings, each beginning beside its dash."""
    found = []
    while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith(_ITEM):
        lines[at] = (indent + len(_ITEM), lines[at][1].removeprefix(_ITEM))
        one, at = _mapping(lines, at, indent + len(_ITEM))
        found.append(one)
    return found, at


def _scalar(said: str) -> Any:
    """The value after a key's colon, which a single space parts from it."""
    word = said[1:]
    if not said.startswith(" ") or not word:
        raise _AnythingElse
    if word in _SAID:
        return _SAID[word]
    if word[0] not in _BEGINS or not _PLAIN.issuperset(word) or word[-1] == ":" or word.lower() in _NO_TEXT:
        raise _AnythingElse
    return word
