"""TPU slices on a real control plane, with a slice controller that does as Google documents, fails, hangs and lies."""

from __future__ import annotations

from typing import Any

import pytest
from tests.e2e.acts import POOL, SITE, ask, becomes, given_back, uid_of

from holdfast_lab.slice_controller.rules import PARTITION
from holdfast_lab.story.context import Context
from holdfast_lab.testing import admin

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
PATH, WIDE = "mistral/joined", "4x4x8"


def slices(context: Context) -> list[dict[str, Any]]:
    """All Slices of the site."""
    found: list[dict[str, Any]] = context.engineer(SITE).get("slices")["items"]
    return found


def state(one: dict[str, Any]) -> str:
    """The reason of condition Ready."""
    conditions = one.get("status", {}).get("conditions", [])
    return next((str(each["reason"]) for each in conditions if each["type"] == "Ready"), "")


def blocked(context: Context, reason: str) -> str:
    """The sentence in the pool's report with this reason."""
    told = context.engineer().get("poolreport", POOL)["spec"].get("blocked", {})
    return next((str(one["message"]) for one in told.values() if one["reason"] == reason), "")


def gone(context: Context) -> str:
    return "" if slices(context) else "none"


def test_a_promise_of_two_slices_is_joined_then_open_and_apart_before_it_is_clean(context: Context) -> None:
    context.person("mistral").apply(ask(PATH, count=2, topology=WIDE))
    becomes(context, PATH, "Active")
    uid, found = uid_of(context, PATH), slices(context)
    assert [state(one) for one in found] == ["ACTIVE", "ACTIVE"]
    assert {one["metadata"]["labels"]["holdfast.dev/reservation"] for one in found} == {uid}
    partitions = [each for one in found for each in one["spec"]["partitionIds"]]
    assert len(set(partitions)) == len(partitions) == 4
    open_nodes = context.engineer(SITE).get(
        "nodes", "-l", f"holdfast.node-restriction.kubernetes.io/reservation={uid}"
    )
    names = {one["metadata"]["labels"]["cloud.google.com/gke-tpu-slice"] for one in open_nodes["items"]}
    assert names == {one["metadata"]["name"] for one in found}
    given_back(context, PATH)
    assert slices(context) == []


def test_a_slice_that_hangs_holds_its_own_promise_alone_and_opens_when_it_comes(context: Context) -> None:
    context.must("lab", "cloud", "fault", "slice", "hang", "*")
    context.person("mistral").apply(ask(PATH, topology=WIDE))
    context.until(lambda: blocked(context, "SlicePending"), 40, "a slice that does not come is told")
    assert [state(one) for one in slices(context)] == ["ACTIVATING"]
    context.must("lab", "cloud", "fault", "clear", "slice-hang")
    becomes(context, PATH, "Active")
    given_back(context, PATH)


def test_a_slice_that_fails_is_told_and_formed_anew_once_it_is_deleted(context: Context) -> None:
    context.must("lab", "cloud", "fault", "slice", "fail", "*")
    context.person("mistral").apply(ask(PATH, topology=WIDE))
    said = context.until(lambda: blocked(context, "SliceFailed"), 40, "a slice that fails is told")
    assert "deleted, it is formed anew" in said
    context.must("lab", "cloud", "fault", "clear", "slice-fail")
    context.engineer(SITE).run("delete", "slices", "--all", "--wait=false")
    becomes(context, PATH, "Active")
    given_back(context, PATH)


def test_a_slice_that_does_not_come_apart_keeps_its_cubes_from_the_next(context: Context) -> None:
    context.person("mistral").apply(ask(PATH, topology=WIDE))
    becomes(context, PATH, "Active")
    context.must("lab", "cloud", "fault", "slice", "hang", "*")
    uid = uid_of(context, PATH)
    context.person("mistral").run("delete", "cares", "joined", "-n", "mistral")
    context.until(lambda: blocked(context, "SlicePending"), 60, "a slice that does not come apart is told")
    report = context.engineer().get("poolreport", POOL)["spec"]["units"]
    assert all("cleanGrant" not in report[name] for name in held(context, uid))
    context.must("lab", "cloud", "fault", "clear", "slice-hang")
    context.until(lambda: gone(context), 30, "the slice is apart")
    context.until(lambda: "" if held(context, uid) else "free", 60, "its cubes are free")


def test_a_slice_that_kueue_owns_is_waited_for_and_never_touched(context: Context) -> None:
    everything = context.engineer(SITE).get("nodes", "-l", "holdfast.dev/unit")["items"]
    ids = sorted({one["metadata"]["labels"][f"{PARTITION}-id"] for one in everything})
    theirs = {
        "apiVersion": "accelerator.gke.io/v1beta1", "kind": "Slice",
        "metadata": {
            "name": "kueue-train", "annotations": {"slice.accelerator.gke.io/owner-workload-name": "train"}
        },
        "spec": {"type": "tpu7x", "topology": f"4x4x{4 * len(ids)}", "partitionIds": ids},
    }  # fmt: skip
    context.must("lab", "cloud", "fault", "slice", "lie", "*")
    admin(context.lab, SITE).apply(theirs)
    context.person("mistral").apply(ask(PATH, topology=WIDE))
    said = context.until(lambda: blocked(context, "SliceTaken"), 40, "a cube in a slice of Kueue's is told")
    assert "a workload of Kueue" in said
    assert [one["metadata"]["name"] for one in slices(context)] == ["kueue-train"]
    context.must("lab", "cloud", "fault", "clear", "slice-lie")
    admin(context.lab, SITE).run("delete", "slice", "kueue-train")
    becomes(context, PATH, "Active", 60)
    given_back(context, PATH)


def units_of(one: dict[str, Any]) -> list[str]:
    """The units that a Slice of ours joins."""
    return str(one["metadata"]["annotations"]["holdfast.dev/units"]).split(",")


def held(context: Context, uid: str) -> list[str]:
    """The units of a promise in the pool's ledger."""
    units = context.engineer().get("acceleratorpool", POOL)["status"]["units"]
    return [name for name, given in units.items() if given.get("promise") == uid]
