"""The door: documents become records and the same documents again; what does not fit is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.api.bounds import INSTANT_RULE
from holdfast.api.datacenter import Datacenter
from holdfast.api.door import dump, parse
from holdfast.api.kind import Kind
from holdfast.api.kinds import KINDS, SITE_KINDS
from holdfast.api.ledger import EMPTY, EntryDocument
from holdfast.api.pool import AcceleratorPool
from holdfast.api.reservation import CapacityReservation
from holdfast.api.schema import Schema, structural
from holdfast.hardware.instants import seconds_of, text_of

SPEC = {"acceleratorType": "tpu7x", "count": 2, "window": {"end": "2127-01-04T00:00:00Z"}}


def document(**over: Any) -> dict[str, Any]:
    """A reservation as the API server sends it."""
    meta = {
        "name": "pretrain-q1",
        "namespace": "mistral",
        "uid": "u",
        "managedFields": [{"manager": "kubectl"}],
    }
    whole = {
        "apiVersion": "holdfast.dev/v1alpha1",
        "kind": "CapacityReservation",
        "metadata": meta,
        "spec": SPEC,
    }
    return {**whole, **over}


def values(schema: Schema) -> st.SearchStrategy[Any]:
    """Documents a definition allows, drawn from its schema."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date-time" or schema.get("x-kubernetes-validations") == [INSTANT_RULE]:
        return st.integers(min_value=946_684_800, max_value=32_503_679_999).map(text_of)
    return _BY_TYPE[schema["type"]](schema)


def _pattern(schema: Schema) -> str:
    """The pattern of a text, also where it stands in a rule with a sentence."""
    rules = schema.get("x-kubernetes-validations")
    found: str = schema["pattern"] if not rules else rules[0]["rule"].removeprefix("self.matches('")[:-2]
    return found


def _text(schema: Schema) -> st.SearchStrategy[str]:
    limits = (schema.get("minLength", 0), schema["maxLength"])
    return st.from_regex(_pattern(schema), fullmatch=True).filter(
        lambda text: limits[0] <= len(text) <= limits[1]
    )


def _mapping(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" not in schema:
        keys = st.text("abcdef-0123456789", min_size=1, max_size=8)
        return st.dictionaries(keys, values(schema["additionalProperties"]), max_size=2)
    must = {
        name: values(child)
        for name, child in schema["properties"].items()
        if name in schema.get("required", ())
    }
    may = {name: values(child) for name, child in schema["properties"].items() if name not in must}
    return st.fixed_dictionaries(must, optional=may)


_BY_TYPE = {
    "string": _text,
    "boolean": lambda _: st.booleans(),
    "integer": lambda schema: st.integers(schema["minimum"], schema["maximum"]),
    "array": lambda schema: st.lists(values(schema["items"]), min_size=schema.get("minItems", 0), max_size=2),
    "object": _mapping,
}


def contains(whole: Any, part: Any) -> bool:
    """Whether everything the part says is said by the whole, which may add defaults."""
    if isinstance(part, dict):
        return all(key in whole and contains(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(contains, whole, part))
    return bool(whole == part)


@pytest.mark.parametrize("kind", [*KINDS, *SITE_KINDS], ids=lambda kind: kind.__name__)
@given(draw=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_a_definition_allows_survives_the_door(kind: type[Kind], draw: st.DataObject) -> None:
    sides = {
        side: node for side, node in structural(kind)["properties"].items() if side in ("spec", "status")
    }
    drawn = {side: draw.draw(values(node)) for side, node in sides.items()}
    record = parse(kind, document(kind=kind.__name__, **drawn))
    assert contains(dump(record), drawn)
    assert parse(kind, json.dumps(dump(record))) == record


def test_what_people_write_into_annotations_is_not_kept() -> None:
    noted = document()
    noted["metadata"] = {**noted["metadata"], "annotations": {"note": "x" * 200_000}}
    assert parse(CapacityReservation, noted) == parse(CapacityReservation, document())


def test_bytes_and_mappings_read_alike() -> None:
    assert parse(CapacityReservation, json.dumps(document()).encode()) == parse(
        CapacityReservation, document()
    )


def test_absent_fields_stay_absent() -> None:
    record = parse(CapacityReservation, document())
    assert dump(record)["spec"] == SPEC
    assert "status" not in dump(record)
    assert record.path == "mistral/pretrain-q1"


REFUSED = [
    ("an unknown field", {"spec": {**SPEC, "priority": 9}}, "spec.priority"),
    ("a python name", {"spec": {**SPEC, "min_count": 1}}, "spec.min_count"),
    ("text for a number", {"spec": {**SPEC, "count": "2"}}, "spec.count"),
    ("truth for a number", {"spec": {**SPEC, "count": True}}, "spec.count"),
    ("a fraction", {"spec": {**SPEC, "count": 2.0}}, "spec.count"),
    ("too many", {"spec": {**SPEC, "count": 10**30}}, "spec.count"),
    ("a bare date", {"spec": {**SPEC, "window": {"end": "2127-01-04"}}}, "spec.window.end"),
    (
        "an offset of a day",
        {"spec": {**SPEC, "window": {"end": "2127-01-04T00:00:00+24:00"}}},
        "spec.window.end",
    ),
    ("a day that is none", {"spec": {**SPEC, "window": {"end": "2127-02-30T00:00:00Z"}}}, "spec.window.end"),
    ("another kind", {"kind": "Tenant"}, "kind"),
    ("another version", {"apiVersion": "holdfast.dev/v2"}, "apiVersion"),
    ("no name", {"metadata": {"namespace": "mistral"}}, "metadata.name"),
]


@pytest.mark.parametrize(("what", "over", "named"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_does_not_fit_is_named(what: str, over: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=f"CapacityReservation .*does not fit.* {named}: ") as refusal:
        parse(CapacityReservation, document(**over))
    assert "mistral" in str(refusal.value), what


@pytest.mark.parametrize("text", ["", "<html>", "[]", "7", '"x"', "null"])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="CapacityReservation"):
        parse(CapacityReservation, text)


def test_a_strange_status_of_a_reservation_reads_as_none() -> None:
    assert parse(CapacityReservation, document(status={"healthyUnits": -1, "forged": True})).status is None


def test_a_strange_ledger_is_refused() -> None:
    spec = {
        "datacenter": "ny",
        "acceleratorType": "x",
        "unitTopology": "host",
        "chipsPerUnit": 8,
        "hostsPerUnit": 1,
    }
    whole = {"metadata": {"name": "ny.a"}, "spec": {**spec, "seal": "ny", "units": {}}}
    assert parse(AcceleratorPool, whole).status is None
    assert parse(AcceleratorPool, {**whole, "status": dump(EMPTY)}).status == EMPTY
    with pytest.raises(ValueError, match="surprise"):
        parse(AcceleratorPool, {**whole, "status": {**dump(EMPTY), "surprise": 1}})


def test_an_entry_says_from_outside_and_from_underscore_inside() -> None:
    made = EntryDocument(
        reservation="a/b", tenant="a", attempt="a1", round=1, count=1, from_=10, until=20, state="Prepared"
    )
    assert dump(made)["from"] == 10


def test_records_do_not_change() -> None:
    record = parse(CapacityReservation, document())
    with pytest.raises(ValidationError, match="frozen"):
        record.spec.count = 3  # type: ignore[misc]


@given(st.integers(min_value=946_684_800, max_value=32_503_679_999))
def test_instants_are_text_outside_and_seconds_inside(seconds: int) -> None:
    assert seconds_of(text_of(seconds)) == seconds


def test_a_lease_reads_its_instants_as_seconds() -> None:
    lease = {"landlord": "TeraWulf", "start": "2026-01-01T00:00:00Z", "end": "2036-01-01T00:00:00Z"}
    spec = {
        "siteKind": "gke",
        "region": "us-east5",
        "powerMegawatts": 360,
        "lifecycle": "Operational",
        "lease": lease,
    }
    site = parse(Datacenter, {"metadata": {"name": "lake-mariner"}, "spec": spec})
    assert site.spec.lease is not None
    assert site.spec.lease.end - site.spec.lease.start == 3652 * 86_400
