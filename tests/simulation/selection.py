"""Label and field selectors, as far as the simulation needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.simulation.storage import Document

Test = Callable[[Document], bool]


def selection(labels: str, fields: str) -> Test:
    """Whether a document fits both selectors; an empty selector fits everything."""
    tests = [_label(term) for term in labels.split(",") if term]
    tests += [_field(term) for term in fields.split(",") if term]
    return lambda document: all(test(document) for test in tests)


def _label(term: str) -> Test:
    """`a=b`, `a!=b`, `a` (there) or `!a` (not there)."""
    if "=" in term:
        return _compared(term, lambda document, key: _labels(document).get(key))
    if term.startswith("!"):
        return lambda document: term[1:] not in _labels(document)
    return lambda document: term in _labels(document)


def _field(term: str) -> Test:
    """`spec.nodeName=a` or `!=`; an absent field is the empty string."""
    return _compared(term, _at)


def _compared(term: str, read: Callable[[Document, str], Any]) -> Test:
    key, _, value = term.replace("==", "=").partition("=")
    if key.endswith("!"):
        return lambda document: read(document, key[:-1]) != value
    return lambda document: read(document, key) == value


def _labels(document: Document) -> dict[str, str]:
    labels: dict[str, str] = document["metadata"].get("labels") or {}
    return labels


def _at(document: Document, dotted: str) -> Any:
    here: Any = document
    for part in dotted.split("."):
        here = here.get(part, "") if isinstance(here, dict) else ""
    return here
