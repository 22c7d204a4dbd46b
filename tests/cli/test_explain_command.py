"""`holdfast explain`: one reservation in plain sentences, with whatever rights one has."""

from __future__ import annotations

from typing import Any

import pytest
from tests.audit.world import EVAL, PRETRAIN, World
from tests.builders import NOW
from tests.cli.conftest import Tell
from tests.cli.hub import Confined, serve
from tests.documents import document, edit, edits

HELD: dict[str, Any] = {
    "observedGeneration": 1,
    "hold": {
        "reason": "WindowConflict", "message": "other promises leave too few cubes",
        "earliestStart": "2027-02-01T00:00:00Z", "relaxations": [{"kind": "Fewer", "count": 1}],
        "conflicts": [{"start": "2027-01-15T08:00:00Z", "end": "2027-02-01T00:00:00Z"}],
        "blockers": [{"kind": "AcceleratorPool", "name": "lake-mariner.tpu7x-a", "until": "2027-02-01T00:00:00Z"}],
    },
    "conditions": [{"type": "Ready", "status": "False", "reason": "WindowConflict", "message": "no room",
                    "lastTransitionTime": "2027-01-15T07:00:00Z"}],
}  # fmt: skip


def without_promise(world: World) -> None:
    """The evaluation is not promised; it holds."""
    pool = ("pools", "lake-mariner.tpu7x-a", "status", "promises", EVAL, None)
    edits(edit("promises", EVAL, None), edit(*pool), edit("reservations", EVAL, "status", HELD))(world)


def test_what_was_asked_and_promised_is_said_in_sentences(holdfast: Tell, world: World) -> None:
    shown = holdfast({None: serve(world)}, "explain", "pretrain", "-n", "research").output
    assert "2 x tpu7x 4x4x4: 2 units, 128 chips." in shown
    assert "2 slices: 2 units of lake-mariner.tpu7x-a." in shown
    assert "From 2027-01-15T07:00:00Z until 2027-01-16T08:00:00Z. This is never revoked." in shown


def test_the_state_is_explained_with_meaning_and_advice(holdfast: Tell, world: World) -> None:
    shown = holdfast({None: serve(world)}, "explain", "research/pretrain").output
    assert "Ready=True: Active" in shown
    assert "It means: Every promised unit is open to the tenant." in shown
    assert "What to do: Run: status.access says where and how." in shown


def test_a_hold_says_why_what_blocks_when_and_what_would_help(holdfast: Tell, world: World) -> None:
    without_promise(world)
    shown = holdfast({None: serve(world)}, "explain", "widgets/eval").output
    assert "WindowConflict: other promises leave too few cubes" in shown
    assert "In the way: AcceleratorPool lake-mariner.tpu7x-a until 2027-02-01T00:00:00Z." in shown
    assert "As asked it could start at 2027-02-01T00:00:00Z." in shown
    assert "It could be promised with: count: 1 (Fewer)" in shown
    assert "Too little is left from 2027-01-15T08:00:00Z until 2027-02-01T00:00:00Z." in shown
    assert "What to do: Move the window to hold.earliestStart" in shown


def test_where_to_run_is_said_while_bound(holdfast: Tell, world: World) -> None:
    access = {"datacenter": "lake-mariner", "namespace": "mistral", "units": 2, "nodeSelector": {"a/b": PRETRAIN},
              "tolerations": [{"key": "holdfast.dev/reservation", "value": PRETRAIN}]}  # fmt: skip
    edit("reservations", PRETRAIN, "status", "access", [access])(world)
    shown = holdfast({None: serve(world)}, "explain", "research/pretrain").output
    assert "lake-mariner: 2 units open, namespace mistral" in shown
    assert f"node selector a/b: {PRETRAIN}" in shown
    assert f"toleration holdfast.dev/reservation Equal {PRETRAIN} any effect" in shown


def test_a_platform_engineer_sees_entries_and_units(holdfast: Tell, world: World) -> None:
    shown = holdfast({None: serve(world)}, "explain", "research/pretrain").output
    assert "LEDGER ENTRIES" in shown
    assert "lake-mariner.tpu7x-a  in force  Committed  2" in shown
    assert "lake-mariner.tpu7x-a  cube-001  Active  2" in shown


def test_a_platform_engineer_sees_maintenance_in_its_way(holdfast: Tell, world: World) -> None:
    over = {"name": "cooling", "from": NOW + 3_600, "until": NOW + 7_200, "against": [PRETRAIN]}
    apart = {"name": "firmware", "from": NOW + 9 * 10**8, "until": NOW + 10**9}
    edit("pools", "lake-mariner.tpu7x-a", "status", "outages", {PRETRAIN: over, EVAL: apart})(world)
    shown = holdfast({None: serve(world)}, "explain", "research/pretrain").output
    assert "lake-mariner.tpu7x-a  cooling      all" in shown
    assert "firmware" not in shown


def test_a_tenant_is_told_what_its_status_says(holdfast: Tell, world: World) -> None:
    tenant = Confined(serve(world), "acceleratorpools", "capacitypromises", "poolreports")
    result = holdfast({None: tenant}, "explain", "pretrain", "-n", "research")
    assert result.exit_code == 0
    assert "Ready=True: Active" in result.output
    assert "LEDGER" not in result.output
    assert "the status above is the whole answer" in result.output


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "reservations named nobody: none; say which"),
        ("twin", "named twin: research/twin, widgets/twin; say which"),
    ],
)
def test_a_name_that_does_not_tell_which_is_asked_back(
    holdfast: Tell, world: World, name: str, words: str
) -> None:
    for namespace in ("research", "widgets"):
        spec = world["reservations"][EVAL]["spec"]
        world["reservations"][namespace] = document("CapacityReservation", "twin", spec, namespace=namespace)
    result = holdfast({None: serve(world)}, "explain", name)
    assert result.exit_code == 2
    assert words in result.output


def test_a_tenant_who_names_no_namespace_is_asked_for_one(holdfast: Tell, world: World) -> None:
    result = holdfast({None: Confined(serve(world), "capacityreservations")}, "explain", "pretrain")
    assert result.exit_code == 2
    assert "say --namespace" in result.output


def test_a_reservation_nobody_has_answered_says_so(holdfast: Tell, world: World) -> None:
    edit("reservations", EVAL, "status", None)(world)
    assert (
        "The planner has not answered yet."
        in holdfast({None: serve(world)}, "explain", "widgets/eval").output
    )
