"""A plan, judged: whom each step touches, by the very rules of the program's hook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.infra.engine_documents import NETWORK, NODE_POOL, PUBLISHED, export, plan, state_of, step
from tests.infra.ledgers import POOL, day, promise, spec, standing
from tests.infra.recording import declared, run
from tests.infra.test_hub_guard import FakeHub, unit

from holdfast_infra.commands import guard_command
from holdfast_infra.engine_files import read_plan
from holdfast_infra.ground import Ground
from holdfast_infra.hub_guard.keeper import CLUSTER, HubKeeper
from holdfast_infra.plan_guard.judgement import NO_GROUND, Touch, judge
from holdfast_infra.plan_guard.seen_hub import SeenHub
from holdfast_infra.program import main

LENT = {"kind": "Pledge", "name": "facility-2026", "holder": "Macquarie"}
DECLARED = spec("a", "b", "c", obligations=[LENT])
HELD = {"state": "Active", "promise": "p0"}
A_IS_HELD = standing(DECLARED, promise(1, 0, 30, "pretrain"), a=HELD)
NOBODY_PROMISED = standing(DECLARED)
UNPLEDGED = standing(spec("a", "b", "c"))
BIGGER = {"nodeConfig": unit("a")["nodeConfig"], "name": "a", "nodeCount": 15}


def touches(pool: dict[str, Any], *steps: dict[str, Any]) -> list[Touch]:
    return list(judge(read_plan(plan(*steps)).steps, SeenHub(FakeHub([pool])), "lake-mariner"))


@pytest.mark.parametrize(
    ("op", "done"),
    [("delete", "delete"), ("replace", "replace nodeCount"), ("update", "update nodeCount")],
)
def test_a_held_unit_names_its_reservation_tenant_and_end_whatever_is_done_to_it(op: str, done: str) -> None:
    (touch,) = touches(A_IS_HELD, step(op, NODE_POOL, "tpu7x-a-a", unit("a"), BIGGER))
    assert touch.done == done
    assert touch.refusal
    (promised,) = touch.backing.promises
    assert (promised.reservation, promised.tenant, promised.pool) == ("team/pretrain", "acme", POOL)
    assert promised.until == day(30)


def test_its_lender_is_named_too() -> None:
    (touch,) = touches(A_IS_HELD, step("delete", NODE_POOL, "tpu7x-a-a", unit("a")))
    assert [(each.lender, each.facility) for each in touch.backing.pledges] == [
        ("Macquarie", "facility-2026")
    ]


def test_a_free_unit_of_a_pledged_pool_touches_its_lender_only() -> None:
    (touch,) = touches(A_IS_HELD, step("delete", NODE_POOL, "tpu7x-a-b", unit("b")))
    assert (touch.refusal, touch.backing.promises) == (None, ())
    assert touch.backing.pledges
    assert touches(UNPLEDGED, step("delete", NODE_POOL, "tpu7x-a-b", unit("b"))) == []


def test_units_that_may_leave_singly_and_not_together_are_told_from_the_one_that_is_too_many() -> None:
    pool = standing(spec("a", "b", "c"), promise(2, 5, 30))
    (touch,) = touches(pool, *(step("delete", NODE_POOL, name, unit(name)) for name in ("a", "b")))
    assert (touch.step.name, touch.backing.promises[0].reservation) == ("b", "team/pretrain")


def test_an_update_of_what_is_harmless_or_of_what_nobody_has_touches_nobody() -> None:
    drained = unit("a") | {"deletionPolicy": "PREVENT"}
    assert touches(A_IS_HELD, step("update", NODE_POOL, "tpu7x-a-a", unit("a"), drained)) == []
    assert touches(NOBODY_PROMISED, step("update", NODE_POOL, "tpu7x-a-a", unit("a"), BIGGER)) == []


def test_a_plan_of_a_renamed_stack_names_whom_it_would_take_down() -> None:
    cluster = {"name": "lake-mariner", "resourceLabels": {"holdfast-datacenter": "lake-mariner"}}
    steps = read_plan(plan(step("delete", "gcp:container/cluster:Cluster", "lake-mariner", cluster))).steps
    (touch,) = judge(steps, SeenHub(FakeHub([A_IS_HELD])), "lake-mariner-2")
    assert "declare name: lake-mariner again" in str(touch.refusal)
    assert touch.backing.promises[0].reservation == "team/pretrain"
    assert judge(steps, SeenHub(FakeHub([UNPLEDGED])), "lake-mariner-2") == ()


def test_a_declaration_that_takes_from_a_promise_is_told_by_its_field() -> None:
    old = {"metadata": {"name": POOL}, "spec": DECLARED}
    new = old | {"spec": spec("a", "b", "c", lease=10, obligations=[LENT, *spec(lease=10)["obligations"]])}
    (touch,) = touches(A_IS_HELD, step("update", PUBLISHED, f"AcceleratorPool/{POOL}", old, new))
    assert "lease.end from never to" in str(touch.refusal)
    assert touch.backing.promises[0].tenant == "acme"


@pytest.mark.parametrize("pool", [A_IS_HELD, NOBODY_PROMISED])
def test_ground_that_is_replaced_is_refused_with_all_that_stands_on_it(pool: dict[str, Any]) -> None:
    ground = step("replace", NETWORK, "lake-mariner-network", {"mtu": 1460}, {"mtu": 8896})
    on_it = step("replace", NODE_POOL, "tpu7x-a-b", unit("b"))
    found = touches(pool, ground, on_it)
    assert ["lake-mariner-network would be replaced" in str(each.refusal) for each in found] == [True, True]
    assert bool(found[0].backing.promises) == (pool is A_IS_HELD)


def test_a_unit_whose_pool_the_hub_does_not_know_is_refused_with_nobody_behind_it() -> None:
    elsewhere = standing(DECLARED) | {"metadata": {"name": "lake-mariner.other"}}
    (touch,) = touches(elsewhere, step("delete", NODE_POOL, "tpu7x-a-a", unit("a")))
    assert "the hub knows no pool" in str(touch.refusal)


HUBS = {"name": "hub", "resourceLabels": {"holdfast-hub": "hub"}}
OLDER_HUBS = {"name": "hub"}


@pytest.mark.parametrize("op", ["delete", "replace"])
@pytest.mark.parametrize(("inputs", "of_hub"), [(HUBS, False), (HUBS, True), (OLDER_HUBS, True)])
def test_the_hubs_own_cluster_is_refused_in_the_words_of_its_hook_with_everybody_named(
    op: str, inputs: dict[str, Any], of_hub: bool
) -> None:
    steps = read_plan(plan(step(op, CLUSTER, "hub", inputs))).steps
    hub = FakeHub([A_IS_HELD])
    (touch,) = judge(steps, SeenHub(hub), "hub", of_hub=of_hub)
    assert touch.refusal == HubKeeper(hub).refusal(CLUSTER, goes=True)
    assert touch.backing.promises[0].reservation == "team/pretrain"
    assert judge(steps, SeenHub(FakeHub([])), "hub", of_hub=of_hub) == ()


def test_what_else_a_hubs_stack_has_passes_as_its_hook_lets_it_pass() -> None:
    network = step("replace", NETWORK, "hub-network", {"mtu": 1460}, {"mtu": 8896})
    changed_ = step("update", CLUSTER, "hub", HUBS, HUBS | {"releaseChannel": {"channel": "STABLE"}})
    nodes = step("delete", NODE_POOL, "hub-system", {"name": "system"})
    steps = read_plan(plan(network, changed_, nodes)).steps
    assert judge(steps, SeenHub(FakeHub([A_IS_HELD])), "hub", of_hub=True) == ()


def test_a_plan_says_itself_that_it_is_the_hubs(tmp_path: Path) -> None:
    goes = plan(step("delete", CLUSTER, "hub", OLDER_HUBS))
    goes = goes.replace("lake-mariner::", "hub::")
    assert left(tmp_path, goes, A_IS_HELD) == 0
    of_hub = goes.replace('"config": {', '"config": {"holdfast:hub": "{}", ')
    assert left(tmp_path, of_hub, A_IS_HELD) == 1


def left(folder: Path, text: str, pool: Any, *options: str, state: str = "") -> int:
    """The exit code of the command on this plan."""
    (folder / "plan.json").write_text(text)
    (folder / "state.json").write_text(state)
    hub = FakeHub(None if pool is None else [pool])
    with pytest.raises(typer.Exit) as exit_:
        guard_command.guard(
            str(folder / "plan.json"),
            str(folder / "state.json") if state else None,
            "kubeconfig:hub",
            "json" in options,
            lambda _: hub,
        )
    return exit_.value.exit_code


HELD_GOES = step("delete", NODE_POOL, "tpu7x-a-a", unit("a"))
FREE_GOES = step("delete", NODE_POOL, "tpu7x-a-b", unit("b"))


@pytest.mark.parametrize(
    ("text", "pool", "code"),
    [
        (plan(), A_IS_HELD, 0),
        (plan(FREE_GOES), UNPLEDGED, 0),
        (plan(HELD_GOES), A_IS_HELD, 1),
        (plan(HELD_GOES, errors=("refused",)), A_IS_HELD, 1),
        (plan(errors=("the program is broken",)), A_IS_HELD, 2),
        ("no plan", A_IS_HELD, 2),
        (plan(FREE_GOES), None, 2),
        (plan(FREE_GOES), A_IS_HELD, 3),
    ],
    ids=["nothing", "free", "held", "held, partial", "partial", "unreadable", "silent hub", "pledged"],
)
def test_the_exit_code_says_what_the_plan_means(tmp_path: Path, text: str, pool: Any, code: int) -> None:
    assert left(tmp_path, text, pool) == code


def test_what_an_earlier_run_left_to_delete_counts_though_no_preview_shows_it(tmp_path: Path) -> None:
    leftover = export(state_of(NODE_POOL, "tpu7x-a-a", unit("a"), delete=True))
    assert left(tmp_path, plan(), A_IS_HELD) == 0
    assert left(tmp_path, plan(), A_IS_HELD, state=leftover) == 1


def test_a_state_of_another_stack_is_not_mixed_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = export(state_of(NODE_POOL, "x", {})).replace("lake-mariner::", "abernathy::")
    assert left(tmp_path, plan(), A_IS_HELD, state=other) == 2
    assert "the plan is of stack lake-mariner and the state of abernathy" in capsys.readouterr().err


def test_the_table_names_everybody_and_the_document_says_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left(tmp_path, plan(HELD_GOES, FREE_GOES), A_IS_HELD) == 1
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["STEP", "OBJECT", "POOL", "FOR", "WHOSE", "UNTIL"]
    row = ["delete", "NodePool", "tpu7x-a-a", POOL, "reservation", "team/pretrain", "acme", day(30)]
    assert table[1].split() == row
    assert "refused: NodePool tpu7x-a-a: unit a of pool" in "\n".join(table)
    assert table[-1] == (
        "lake-mariner: of 2 changes 1 touch what is promised and 1 more what is pledged"
    )  # fmt: skip
    assert left(tmp_path, plan(HELD_GOES, FREE_GOES), A_IS_HELD, "json") == 1
    first = json.loads(capsys.readouterr().out)["touches"][0]
    assert (first["op"], first["promises"][0]["tenant"]) == ("delete", "acme")
    assert first["refused"].startswith("unit a of pool")


@pytest.mark.parametrize("stack", ["lake-mariner", "abernathy"])
def test_what_counts_as_ground_in_a_plan_is_what_the_program_calls_its_ground(
    stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    borne: set[str] = set()
    monkeypatch.setattr(Ground, "await_answer", lambda _, kind, *__: borne.add(kind))
    recording = run(main, stack, declared(stack))
    real = {each.kind for each in recording.seen.values() if each.custom and each.hooks["before_delete"]}
    assert borne
    assert real - borne <= NO_GROUND
    assert borne.isdisjoint(NO_GROUND)
