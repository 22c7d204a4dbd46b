"""The law of slices that are formed: what it says of each fault, and nothing of what is lawful."""

from __future__ import annotations

from typing import Any

import pytest
from tests.agent.site_world import CHAI, CUBE, MISTRAL, OTHER, POOL, ledger, node, pool_document
from tests.simulation.lifetimes.formed import PARTITION_LABEL, Formed
from tests.simulation.storage import Document, Entry, Place

from holdfast.agent.tpu_slice import SliceSpec, slice_of
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.transport import kinds

BOTH, PARTITIONS = (CUBE, OTHER), ("id-0", "id-1")
WORD = "ACTIVE"


def host(unit: str, number: int = 0, ready: str = "True", partition: str = "") -> Document:
    named = partition or PARTITIONS[BOTH.index(unit)]
    return node(f"{unit}-{number}", unit, ready=ready, labels={PARTITION_LABEL: named})


def at(revision: int, kind: kinds.ServedKind, new: Document, old: Document | None = None) -> Entry:
    return Entry(revision, Place(kind.group, kind.plural, "", new["metadata"]["name"]), old, new)


def slice_document(
    units: tuple[str, ...] = BOTH, partitions: tuple[str, ...] = PARTITIONS, **more: Any
) -> Document:
    spec = SliceSpec("tpu7x", more.get("topology", "4x4x8"), partitions)
    made = slice_of(more.get("promise", MISTRAL), more.get("pool", POOL), spec, units).metadata
    ready = {"type": "Ready", "status": "True", "reason": more.get("state", "")}
    return {
        "metadata": {"name": made.name, "labels": made.labels, "annotations": made.annotations},
        "spec": {"type": spec.type, "topology": spec.topology, "partitionIds": list(partitions)},
        "status": {"conditions": [ready] if ready["reason"] else []},
    }


def pool(*grants: tuple[str, str, int, str], **replaces: str) -> AcceleratorPool:
    given = ledger(*grants)
    for unit, other in replaces.items():
        given["units"][unit.replace("_", "-")]["replaces"] = other
    return AcceleratorPool.model_validate({**pool_document(hosts=1), "status": given})


HELD = pool((CUBE, MISTRAL, 1, "Active"), (OTHER, MISTRAL, 2, "Active"))


def formed(held: AcceleratorPool = HELD, **of_cube: Any) -> Formed:
    """Two cubes of one host each that stand there from revision 1, in the hands of mistral."""
    law = Formed(1)
    law.ledger(held)
    for unit in BOTH:
        assert list(law.take(at(1, kinds.NODE, host(unit, **(of_cube if unit == CUBE else {}))))) == []
    return law


def born(law: Formed, **more: Any) -> list[str]:
    return list(law.take(at(9, kinds.TPU_SLICE, slice_document(**more))))


def test_a_slice_of_distinct_whole_cubes_of_its_promise_is_lawful() -> None:
    assert born(formed()) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"units": (CUBE, CUBE)}, "not of 2 distinct cubes"),
        ({"partitions": ("id-0", "id-0")}, "not of 2 distinct cubes"),
        ({"topology": "4x4x4"}, "not of 1 distinct cubes"),
        ({"promise": CHAI}, "was never Active for"),
        ({"pool": "lake-mariner.tpu7x-b"}, "was never Active for"),
        ({"partitions": ("id-1", "id-0")}, "never all whole at one instant"),
    ],
)
def test_what_else_is_formed_is_told(more: dict[str, Any], said: str) -> None:
    assert any(said in each for each in born(formed(), **more))


def test_cubes_that_were_never_ready_together_form_no_slice() -> None:
    law = formed(ready="False")
    assert "never all whole at one instant" in born(law)[0]
    away, back = host(OTHER, ready="False"), host(CUBE)
    list(law.take(at(5, kinds.NODE, away, host(OTHER))))
    list(law.take(at(6, kinds.NODE, back, host(CUBE, ready="False"))))
    assert "never all whole at one instant" in born(law)[0]
    list(law.take(at(7, kinds.NODE, host(OTHER), away)))
    assert born(law) == []


def test_an_agent_that_is_late_forms_what_was_right_when_it_looked() -> None:
    law = formed()
    list(law.take(at(5, kinds.NODE, host(CUBE, ready="False"), host(CUBE))))
    assert born(law) == []


def told(law: Formed, held: AcceleratorPool, **unit: Any) -> list[str]:
    return list(law.reported(held, {CUBE: {"health": "Healthy", **unit}}))


def active(law: Formed) -> str:
    """The two cubes are joined for mistral; the slice's name."""
    one = slice_document(state=WORD)
    assert list(law.take(at(9, kinds.TPU_SLICE, one))) == []
    return str(one["metadata"]["name"])


def test_a_cube_is_told_open_once_its_slice_has_been_active() -> None:
    law = formed()
    before = told(law, HELD, openGrant=1)
    assert before == [f"I2: {POOL}/{CUBE} is told open by 1 in no Slice of its holder that has been usable"]
    name = active(law)
    assert told(law, HELD, openGrant=1, slice={"name": name, "state": WORD}) == []


def test_a_cube_whose_slice_was_taken_apart_is_not_told_open_by_what_was() -> None:
    law = formed()
    active(law)
    assert told(law, HELD, openGrant=1) != []


def test_one_that_stands_in_for_another_is_told_open_outside_of_any_slice() -> None:
    held = pool((CUBE, MISTRAL, 1, "Active"), (OTHER, MISTRAL, 2, "Active"), cube_000=OTHER)
    assert told(formed(held), held, openGrant=1) == []


def test_a_state_that_a_slice_never_had_is_told_of_it() -> None:
    law = formed()
    name = active(law)
    assert "which it never was" in told(law, HELD, slice={"name": name, "state": "FAILED"})[0]
    assert told(law, HELD, slice={"name": name, "state": WORD}) == []
