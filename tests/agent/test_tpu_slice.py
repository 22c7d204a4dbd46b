"""What a Slice says, and whose it is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from holdfast.agent.tpu_slice import TPU_SLICES, SliceSpec, TpuSlice, slice_of

UID = "0" * 36
OURS = {"holdfast.dev/reservation": UID, "holdfast.dev/pool": "ny.a"}
KUEUE = {"slice.accelerator.gke.io/owner-workload-name": "train"}


def told(reason: str = "", **metadata: Any) -> TpuSlice:
    """A Slice as a server sends it."""
    conditions = [{"type": "Ready", "status": "False", "reason": reason}] if reason else []
    document = {"metadata": {"name": "s", **metadata}, "spec": {}, "status": {"conditions": conditions}}
    return TPU_SLICES.decode(msgspec.json.encode(document))


@pytest.mark.parametrize(
    ("reason", "usable"),
    [("ACTIVE", True), ("ACTIVE_DEGRADED", True), ("ACTIVATING", False), ("FAILED", False), ("", False)],
)
def test_only_an_active_slice_is_usable_degraded_or_not(reason: str, usable: bool) -> None:
    assert told(reason).usable is usable


def test_one_that_is_being_taken_apart_is_not_usable_whatever_it_says() -> None:
    assert not told("ACTIVE", deletionTimestamp="2026-11-26T05:00:00Z").usable


def test_one_that_says_nothing_has_not_been_created() -> None:
    assert told().state == "SliceNotCreated"


@pytest.mark.parametrize(
    ("metadata", "owner", "promise"),
    [
        ({"labels": OURS}, "", UID),
        ({"labels": OURS, "annotations": KUEUE}, "a workload of Kueue", ""),
        (
            {
                "labels": OURS,
                "ownerReferences": [{"apiVersion": "v1", "kind": "Job", "name": "j", "uid": "u"}],
            },
            "Job j",
            "",
        ),
        ({}, "somebody else", ""),
    ],
)
def test_it_is_ours_by_its_label_unless_it_has_an_owner(
    metadata: dict[str, Any], owner: str, promise: str
) -> None:
    assert (told(**metadata).owner, told(**metadata).promise) == (owner, promise)


def test_a_second_try_has_the_name_of_the_first_and_other_cubes_another() -> None:
    spec = SliceSpec("tpu7x", "4x4x4", ("a",))
    names = [slice_of(UID, "ny.a", spec, units).metadata.name for units in (["u0"], ["u0"], ["u1"])]
    assert names[0] == names[1] != names[2]
    assert len(names[0]) <= 49
