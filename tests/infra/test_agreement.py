"""State, hub and nodes beside one another: each way in which they differ, with its remedy."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.infra.engine_documents import NODE_POOL, PUBLISHED, export, state_of
from tests.infra.ledgers import POOL, dated, day, promise, spec, standing
from tests.infra.test_hub_guard import FakeHub, unit

from holdfast_infra.commands.agreement_command import compare
from holdfast_infra.engine_files import read_state
from holdfast_infra.hub_guard import HubSilent
from holdfast_infra.plan_guard.agreement import Seen, differences

KNOWN = {"metadata": {"name": POOL}}
POOL_STATE = state_of(
    PUBLISHED, f"AcceleratorPool/{POOL}", KNOWN, outputs={"metadata": {"uid": "1", "generation": 2}}
)
A, B = (state_of(NODE_POOL, f"tpu7x-a-{name}", unit(name)) for name in ("a", "b"))
HELD = {"state": "Active", "promise": "p0"}


def hub_pool(declared: dict[str, Any], uid: str = "1", **grants: Any) -> dict[str, Any]:
    """The pool as the hub has it, under this stack's seal."""
    found = standing(declared | {"seal": "lake-mariner", "hostsPerUnit": 1}, promise(1, 0, 30), **grants)
    return found | {"metadata": {"name": POOL, "uid": uid, "generation": 2}}


def node(name: str, pool: str = POOL) -> dict[str, Any]:
    return {
        "metadata": {"name": f"n-{name}", "labels": {"holdfast.dev/pool": pool, "holdfast.dev/unit": name}}
    }


BOTH = hub_pool(spec("a", "b"), a=HELD)
NODES = (node("a"), node("b"))


def seen(
    *resources: dict[str, Any], pool: dict[str, Any] | None = BOTH, nodes: Any = NODES, **more: Any
) -> Seen:
    pools = {POOL: pool} if pool else {}
    return Seen(read_state(export(*resources, **more)), pools, {("AcceleratorPool", POOL): pool}, nodes)


def told(of: Seen) -> list[str]:
    return [f"{each.subject} {each.wrong}" for each in differences(of)]


def test_what_agrees_is_no_finding() -> None:
    assert told(seen(POOL_STATE, A, B)) == []
    assert told(replace(seen(POOL_STATE, A, B), nodes=None)) == []


OTHER = "lake-mariner.other"
RETIRING = spec("a", "b") | {"units": {"a": {}, "b": {"retiring": True}}}
LATER = dated(spec("a", "b"), "b", availableFrom=day(9))


@pytest.mark.parametrize(
    ("of", "finding"),
    [
        (seen(POOL_STATE, pool=None, nodes=()), f"AcceleratorPool {POOL} is gone from the hub"),
        (seen(POOL_STATE, A, B, pool=hub_pool(spec("a", "b"), uid="2")), "was deleted from the hub and made anew"),
        (seen(A, B), f"AcceleratorPool {POOL} is in the hub under this stack's seal"),
        (seen(POOL_STATE, A, B, pool=hub_pool(spec("a"))), f"unit {POOL}/b has hardware in the state, and the hub"),
        (seen(POOL_STATE, A, nodes=NODES[:1]), f"unit {POOL}/b is counted by the hub as there"),
        (seen(POOL_STATE, A, B, nodes=NODES[1:]), "/a has 0 of 1 nodes at its site; it backs team/pretrain"),
        (seen(POOL_STATE, A, pool=hub_pool(RETIRING)), f"unit {POOL}/b has 1 nodes at its site, and the state has no"),
        (seen(POOL_STATE, A, B, nodes=(*NODES, node("x", OTHER))), f"unit {OTHER}/x has 1 nodes at its site"),
        (seen(POOL_STATE, A, B, B | {"delete": True}), "NodePool tpu7x-a-b was replaced by an earlier run"),
        (seen(POOL_STATE, A, B, pending=(("creating", B),)), "NodePool tpu7x-a-b was asked for (creating)"),
    ],
)  # fmt: skip
def test_each_difference_is_one_finding(of: Seen, finding: str) -> None:
    (found,) = told(of)
    assert finding in found


@pytest.mark.parametrize("declared", [RETIRING, LATER], ids=["it retires", "it is still to come"])
def test_a_unit_without_hardware_is_no_finding_while(declared: dict[str, Any]) -> None:
    assert told(seen(POOL_STATE, A, pool=hub_pool(declared), nodes=NODES[:1])) == []


def test_another_stacks_nodes_in_the_same_cluster_are_its_own() -> None:
    elsewhere = standing(spec("x") | {"seal": "abernathy"}) | {"metadata": {"name": OTHER}}
    both = seen(POOL_STATE, A, B, nodes=(*NODES, node("x", OTHER)))
    assert told(replace(both, pools=both.pools | {OTHER: elsewhere})) == []  # type: ignore[operator]


def silent(_: object) -> list[Any]:
    raise HubSilent("no such context")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (([BOTH], lambda _: list(NODES), export(POOL_STATE, A, B)), 0),
        (([BOTH], lambda _: [], export(POOL_STATE, A, B)), 1),
        (([BOTH], silent, export(POOL_STATE, A, B)), 0),
        ((None, silent, export(POOL_STATE, A, B)), 2),
        (([BOTH], silent, "no state"), 2),
    ],
    ids=["agree", "differ", "no cluster at hand", "silent hub", "unreadable"],
)
def test_the_exit_code_says_whether_they_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: Any, code: int
) -> None:
    pools, nodes, text = row
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(typer.Exit) as left:
        compare(str(tmp_path / "state.json"), "kubeconfig:hub", True, lambda _: FakeHub(pools), nodes)
    assert left.value.exit_code == code
    answer = capsys.readouterr().out
    assert not answer or json.loads(answer)["stack"] == "lake-mariner"
