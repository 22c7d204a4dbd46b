"""The generated definitions: every field described, every field bounded, nothing a cluster would not keep exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import Field

from holdfast.api.crd import definition_of
from holdfast.api.kind import Kind
from holdfast.api.kinds import KINDS, SITE_KINDS
from holdfast.api.record import Record
from holdfast.api.schema import structural

Node = dict[str, Any]
BOUNDS = {
    "string": ({"maxLength"}, {"enum"}),
    "integer": ({"minimum", "maximum"},),
    "array": ({"maxItems"},),
    "boolean": (set(),),
}
ALLOWED = {
    *("type", "format", "enum", "default", "description", "required", "properties", "items"),
    *(
        "additionalProperties",
        "maxLength",
        "minLength",
        "pattern",
        "maximum",
        "minimum",
        "maxItems",
        "minItems",
    ),
    *("maxProperties", "x-kubernetes-validations", "x-kubernetes-map-type", "x-kubernetes-list-type"),
    "x-kubernetes-list-map-keys",
}


def nodes(schema: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every node of a schema with its path."""
    yield path, schema
    for name, child in schema.get("properties", {}).items():
        yield from nodes(child, f"{path}.{name}")
    for inner in schema.keys() & {"items", "additionalProperties"}:
        yield from nodes(schema[inner], f"{path}[]")


def fields(kind: type[Kind]) -> list[tuple[str, Node]]:
    """Every field of spec and status, however deep."""
    schema = structural(kind)["properties"]
    return [pair for side in ("spec", "status") if side in schema for pair in nodes(schema[side], f".{side}")]


def bounded(node: Node) -> bool:
    """Whether a node says how large it may become."""
    if node["type"] == "object":
        return "properties" in node or "maxProperties" in node
    return any(bounds <= node.keys() for bounds in BOUNDS[node["type"]])


@pytest.mark.parametrize("kind", [*KINDS, *SITE_KINDS], ids=lambda kind: kind.__name__)
def test_every_field_is_described(kind: type[Kind]) -> None:
    named = [path for path, node in fields(kind) if not node.get("description") and not path.endswith("[]")]
    assert named == []
    assert structural(kind)["description"]


@pytest.mark.parametrize("kind", [*KINDS, *SITE_KINDS], ids=lambda kind: kind.__name__)
def test_every_field_is_bounded(kind: type[Kind]) -> None:
    assert [path for path, node in fields(kind) if not bounded(node)] == []


@pytest.mark.parametrize("kind", [*KINDS, *SITE_KINDS], ids=lambda kind: kind.__name__)
def test_only_what_a_structural_schema_may_say_is_said(kind: type[Kind]) -> None:
    assert [(path, node.keys() - ALLOWED) for path, node in fields(kind) if node.keys() - ALLOWED] == []


def worded(node: dict[str, Any]) -> bool:
    """Text whose rule carries the pattern, with a sentence that has an example for who misses it."""
    (rule,) = node.get("x-kubernetes-validations") or [{"rule": "", "message": ""}]
    sentence = re.search("for example|as in RFC 3339: 2", rule["message"])
    return rule["rule"].startswith("self.matches('^") and sentence is not None


@pytest.mark.parametrize("kind", [*KINDS, *SITE_KINDS], ids=lambda kind: kind.__name__)
def test_text_shows_no_control_character_to_a_terminal(kind: type[Kind]) -> None:
    free = [
        path
        for path, node in fields(kind)
        if node["type"] == "string" and not node.keys() & {"enum", "pattern"} and not worded(node)
    ]
    assert free == []


@pytest.mark.parametrize("kind", [*KINDS, *SITE_KINDS], ids=lambda kind: kind.__name__)
def test_one_version_is_served_and_stored(kind: type[Kind]) -> None:
    (version,) = definition_of(kind)["spec"]["versions"]
    assert (version["name"], version["served"], version["storage"]) == ("v1alpha1", True, True)
    assert definition_of(kind)["spec"]["names"]["categories"] == ["holdfast"]


def test_only_what_the_planner_answers_has_a_status() -> None:
    having = {kind.__name__ for kind in KINDS if "status" in structural(kind)["properties"]}
    asked = {"CapacityReservation", "AvailabilityQuery", "MaintenanceWindow"}
    assert having == {"AcceleratorPool", "Tenant", "Datacenter"} | asked
    assert having == {kind.__name__ for kind in KINDS if kind.definition.status}


def test_a_float_has_no_place() -> None:
    class Rough(Kind):
        spec: float = Field(description="Roughly.")

    with pytest.raises(ValueError, match="floating point"):
        structural(Rough)


def test_a_field_of_two_types_has_no_place() -> None:
    class Either(Kind):
        spec: int | str = Field(description="This or that.")

    with pytest.raises(ValueError, match="one type per field"):
        structural(Either)


def records(base: type[Record] = Record) -> Iterator[type[Record]]:
    """Every record of the API."""
    for record in base.__subclasses__():
        yield record
        yield from records(record)


def test_every_rule_has_a_sentence() -> None:
    rules = [rule for record in records() for rule in record.rules]
    assert rules
    assert [
        rule for rule in rules if not rule.message or rule.message[0].isupper() or rule.message[-1] == "."
    ] == []
