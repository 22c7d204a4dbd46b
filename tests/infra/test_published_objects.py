"""Everything the program tells the hub is what the hub's own definitions accept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import pytest
import yaml
from tests.infra.declarations import REMOVED, SOUND, changed
from tests.infra.recording import ROOT, Recording, declared, run
from tests.infra.small_runs import small_run

from holdfast.api.pool import PoolSpec
from holdfast_infra.declaration import parse
from holdfast_infra.program import main
from holdfast_infra.published_objects import datacenter_spec, pool_spec, seal_spec

CRDS = ROOT / "manifests" / "definitions" / "crds"


@cache
def schema(kind: str) -> dict[str, Any]:
    """The schema of a kind, with every unknown field an error: the hub would prune it silently."""
    crd = yaml.safe_load((CRDS / f"{kind.lower()}s.holdfast.dev.yaml").read_text())
    found: dict[str, Any] = _closed(crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
    return found


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if isinstance(closed.get("properties"), dict) and "additionalProperties" not in closed:
        closed["additionalProperties"] = False
    return closed


def published(recording: Recording) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in recording.seen.values():
        if each.kind.startswith("kubernetes:holdfast.dev"):
            yield each.inputs["kind"], each.inputs


@pytest.mark.parametrize("stack", ["lake-mariner", "abernathy", "barber-lake"])
def test_what_a_stack_publishes_is_accepted(stack: str) -> None:
    kinds = []
    for kind, published_object in published(small_run(stack)):
        jsonschema.validate(published_object, schema(kind))
        kinds.append(kind)
    upgrades = {"MaintenanceWindow"} if stack == "lake-mariner" else set()
    assert set(kinds) == {"AcceleratorPool", "Datacenter", "StackSeal"} | upgrades


def test_a_whole_block_of_144_cubes_is_accepted() -> None:
    datacenter = parse(declared("lake-mariner"))
    spec = pool_spec(datacenter.pools[0], datacenter.lease, datacenter.hand_over, "lake-mariner")
    assert len(spec["units"]) == 144
    jsonschema.validate(spec, schema("AcceleratorPool")["properties"]["spec"])


def test_every_optional_field_is_accepted_too() -> None:
    for kind, published_object in published(run(main, "lake-mariner", changed())):
        jsonschema.validate(published_object, schema(kind))


def test_a_pool_is_published_as_it_was_declared() -> None:
    datacenter = parse(SOUND)
    spec = pool_spec(datacenter.pools[0], datacenter.lease, datacenter.hand_over, "lake-mariner")
    assert (spec["acceleratorType"], spec["unitTopology"]) == ("tpu7x", "4x4x4")
    assert (spec["chipsPerUnit"], spec["hostsPerUnit"], spec["spares"]) == (64, 16, {"count": 1})
    assert spec["units"]["cube-000"] == {"nodePool": "tpu7x-a-cube-000"}
    assert spec["units"]["cube-007"] == {
        "nodePool": "tpu7x-a-cube-007",
        "retiring": True,
        "retiredBy": "2027-02-01T00:00:00Z",
    }


def test_a_pool_carries_its_lease_and_its_pledges() -> None:
    datacenter = parse(SOUND)
    spec = pool_spec(datacenter.pools[0], datacenter.lease, datacenter.hand_over, "lake-mariner")
    assert spec["obligations"] == [
        {"kind": "SiteLease", "name": "lake-mariner", "holder": "TeraWulf", "until": "2036-01-01T00:00:00Z"},
        {"kind": "Pledge", "name": "hardware-2026", "holder": "Macquarie", "until": "2030-01-01T00:00:00Z"},
    ]


def test_a_lease_without_guarantor_says_nothing_about_one() -> None:
    lease = {key: value for key, value in SOUND["lease"].items() if key != "guarantor"}
    assert "guarantor" not in datacenter_spec(parse(changed(("lease", lease))))["lease"]


def test_the_seal_lists_the_pools_in_order() -> None:
    datacenter = parse(SOUND)
    assert seal_spec("lake-mariner", datacenter.pools)["pools"] == [
        "lake-mariner.h200-a",
        "lake-mariner.tpu7x-a",
    ]


def test_a_pool_and_its_site_ask_the_hub_before_they_take_supply_away(built: Recording) -> None:
    objects = [each for each in built.seen.values() if each.kind.startswith("kubernetes:holdfast.dev")]
    published = [each for each in objects if each.inputs["kind"] != "MaintenanceWindow"]
    assert {each.inputs["kind"] for each in published} == {"AcceleratorPool", "Datacenter", "StackSeal"}
    for each in published:
        assert each.hooks == {"before_delete": ["ask-the-hub"], "before_update": ["ask-the-hub"]}
        assert each.delete_before_replace


def test_supply_of_a_site_that_is_not_built_is_asked_about_too(barber_lake: Recording) -> None:
    (pool,) = (each for each in barber_lake.seen.values() if each.inputs.get("kind") == "AcceleratorPool")
    assert pool.hooks["before_update"] == ["ask-the-hub"]


def test_spares_by_confidence_are_published_as_they_were_declared_and_come_to_the_same_number() -> None:
    sure = {"confidenceBasisPoints": 9_990, "availabilityBasisPoints": 9_950}
    datacenter = parse(changed(("pools/tpu7x-a/spares", REMOVED), ("pools/tpu7x-a/sparesByConfidence", sure)))
    pool = datacenter.pools[0]
    spec = pool_spec(pool, datacenter.lease, datacenter.hand_over, "lake-mariner")
    assert spec["spares"] == sure
    jsonschema.validate(spec, schema("AcceleratorPool")["properties"]["spec"])
    assert PoolSpec.model_validate(spec).kept_back == pool.spares.count == 1
