"""Each rule: the hold it gives, and that the same case passes once the cause is gone. And their order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.builders import (
    DAY,
    HOUR,
    LAKE,
    NOW,
    entry,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    with_ledger,
)  # fmt: skip
from tests.planner.several import several

from holdfast.api.reasons import Reason
from holdfast.planner.admission import rules
from holdfast.planner.admission.case import Case, case_of
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import EntryState
from holdfast.planner.state.snapshot import Policy, Window


@dataclass(frozen=True)
class Row:
    """A rule, a case it holds and the one change after which it does not."""

    name: str
    rule: rules.Rule
    reason: Reason
    says: str
    ask: dict[str, Any] = field(default_factory=dict)
    pool: dict[str, Any] = field(default_factory=dict)
    cure_ask: dict[str, Any] = field(default_factory=dict)
    cure_pool: dict[str, Any] = field(default_factory=dict)


FULL = with_ledger(pool(), entry("other/a"), entry("other/b")).ledger
LEAVING = with_ledger(pool(), entry(state=EntryState.RELEASING)).ledger
EMPTY = pool().ledger
FAST = {"topology": None, "accelerator": "tpu-v9"}
ROWS = (
    Row("a namespace without tenant", rules.tenant_known, Reason.MISCONFIGURED, "carries no label",
        {"tenant": None}, cure_ask={"tenant": "mistral-ai"}),
    Row("a tenant nobody created", rules.tenant_known, Reason.MISCONFIGURED, "does not exist",
        {"tenant": "ghost"}, cure_ask={"tenant": "mistral-ai"}),
    Row("an unknown accelerator", rules.accelerator_known, Reason.MISCONFIGURED, "catalogue",
        FAST, cure_ask={"accelerator": "tpu7x", "topology": "4x4x4"}),
    Row("a shape that cannot be formed", rules.topology_possible, Reason.TOPOLOGY_IMPOSSIBLE, "multiple of 4",
        {"topology": "4x4x6"}, cure_ask={"topology": "4x4x8"}),
    Row("more chips than the contract allows", rules.tenant_entitled, Reason.EXCEEDS_ENTITLEMENT, "entitled to 256",
        {"count": 3}, cure_ask={"count": 2}),
    Row("intervals that are none", rules.window_possible, Reason.MISCONFIGURED, "it never happens",
        {"window": Window(objection="window.recurrence: it never happens")}, cure_ask={"window": several((0, 1, 1))}),
    Row("intervals of which the last ends beyond the horizon", rules.within_horizon, Reason.EXCEEDS_ENTITLEMENT,
        "30 days", {"window": several((0, 1, 1), (24, 721, 1))}, cure_ask={"window": several((0, 1, 1), (24, 720, 1))}),
    Row("intervals that are nearly over", rules.window_ahead, Reason.WINDOW_CONFLICT, "too little",
        {"window": several((-9, -8, 1), (-2, 0.002, 1)), "created": NOW - 2 * DAY},
        cure_ask={"window": several((-9, -8, 1), (-2, 0.003, 1))}),
    Row("an end beyond the horizon", rules.within_horizon, Reason.EXCEEDS_ENTITLEMENT, "30 days",
        {"end": NOW + 31 * DAY}, cure_ask={"end": NOW + 30 * DAY}),
    Row("a duration beyond the horizon", rules.within_horizon, Reason.EXCEEDS_ENTITLEMENT, "30 days",
        {"duration": 31 * DAY}, cure_ask={"duration": 30 * DAY}),
    Row("a start long before creation", rules.start_possible, Reason.WINDOW_CONFLICT, "before the reservation",
        {"start": NOW - 301, "end": NOW + DAY}, cure_ask={"start": NOW - 300, "end": NOW + DAY}),
    Row("an end that is near", rules.window_ahead, Reason.WINDOW_CONFLICT, "too little",
        {"end": NOW + 9}, cure_ask={"end": NOW + 10}),
    Row("a started window that is nearly over", rules.window_ahead, Reason.WINDOW_CONFLICT, "too little",
        {"start": NOW - DAY, "end": NOW + 9, "created": NOW - 2 * DAY}, cure_ask={"start": NOW - DAY, "end": NOW + 10}),
    Row("a flexible window too short", rules.window_ahead, Reason.WINDOW_CONFLICT, "too little",
        {"duration": HOUR, "latest": NOW + HOUR - 1}, cure_ask={"duration": HOUR, "latest": NOW + HOUR}),
    Row("no pool there", rules.pool_exists, Reason.NO_MATCHING_POOL, "no pool in abernathy",
        {"datacenters": ("abernathy",)}, cure_ask={"datacenters": ("lake-mariner",)}),
    Row("only hardware that its provider may take back", rules.pool_exists, Reason.NO_MATCHING_POOL,
        "no pool in any datacenter", {}, {"guaranteed": False}, cure_pool={"guaranteed": True}),
    Row("no pool so large", rules.pool_exists, Reason.NO_MATCHING_POOL, "the largest pool in any datacenter has 3",
        {"topology": "4x8x8"}, {"cubes": 3}, cure_ask={"topology": "4x4x8"}),
    Row("more than could ever be sold", rules.ever_enough, Reason.EXCEEDS_CAPACITY,
        "asks for 2 slices of 2 units together; the most that can ever be promised is 1: "
        "lake-mariner.tpu7x-a has 5 units less 2 spare",
        {"count": 2}, {"cubes": 5, "spares": 2}, cure_pool={"spares": 1}),
    Row("slices that can never lie so far apart", rules.ever_enough, Reason.EXCEEDS_CAPACITY,
        "asks for 2 slices of 2 units together, at most 50 % of them in one pool; the most that can ever be",
        {"count": 2, "max_percent_per_pool": 50}, cure_ask={"max_percent_per_pool": None}),
    Row("a silent site", rules.pool_open, Reason.DATACENTER_UNREACHABLE, "not heard",
        pool={"reachable": False}, cure_pool={"reachable": True}),
    Row("a site that has no place for the tenant", rules.pool_open, Reason.SITE_REFUSES, "belongs to no tenant",
        pool={"refuses": {"mistral-ai": "namespace mistral-ai belongs to no tenant"}}, cure_pool={"refuses": {}}),
    Row("a broken seal", rules.pool_open, Reason.SEAL_BROKEN, "taken down",
        pool={"selling": False}, cure_pool={"selling": True}),
    Row("a full ledger", rules.pool_open, Reason.LEDGER_FULL, "as many promises",
        pool={"ledger": FULL}, cure_pool={"ledger": EMPTY}),
    Row("its own units on their way back", rules.pool_open, Reason.WAITING_FOR_HANDOVER, "on their way back",
        pool={"ledger": LEAVING}, cure_pool={"ledger": EMPTY}),
)  # fmt: skip
MISTRAL = tenant(chips=256, horizon=30 * DAY)


def case(ask: dict[str, Any], of_pool: dict[str, Any], *more: Any) -> Case:
    wanted = reservation(**ask)
    picture = snapshot(pool(**of_pool), wanted, MISTRAL, *more, policy=Policy(max_entries=2))
    return case_of(Board(picture), wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_rule_holds_with_its_reason_until_the_cause_is_gone(row: Row) -> None:
    hold = row.rule(case(row.ask, row.pool))
    assert hold is not None
    assert (hold.reason, row.says in hold.message) == (row.reason, True), hold.message
    kept = {key: value for key, value in row.ask.items() if key not in ("start", "end", "duration", "latest")}
    cured = case({**(kept if row.cure_ask else row.ask), **row.cure_ask}, {**row.pool, **row.cure_pool})
    assert row.rule(cured) is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_first_hold_of_the_whole_tuple_is_that_rule(row: Row) -> None:
    first = rules.first_hold(case(row.ask, row.pool))
    assert first is not None
    assert first.reason is row.reason


def test_the_order_of_the_rules_is_from_who_to_where() -> None:
    names = [rule.__name__ for rule in rules.RULES]
    assert names == [
        "tenant_known", "accelerator_known", "topology_possible", "tenant_entitled", "window_possible",
        "within_horizon", "start_possible", "window_ahead", "pool_exists", "ever_enough", "pool_open",
    ], "a new rule stands in this list too, where it belongs from who to where"  # fmt: skip


def test_a_good_ask_meets_no_hold() -> None:
    assert rules.first_hold(case({}, {})) is None


def test_the_earlier_rule_wins_where_several_hold() -> None:
    hold = rules.first_hold(case({"tenant": "ghost", "topology": "9x9x9", "end": NOW}, {"selling": False}))
    assert hold is not None
    assert hold.reason is Reason.MISCONFIGURED


def test_no_more_silent_sites_are_named_than_a_status_can_hold() -> None:
    wanted = reservation()
    sites = [replace(pool(f"site-{i:02d}.a"), reachable=False) for i in range(12)]
    hold = rules.pool_open(case_of(Board(snapshot(*sites, wanted)), wanted))
    assert hold is not None
    assert len(hold.blockers) == rules.MAX_BLOCKERS


def test_an_amendment_may_keep_an_end_beyond_the_horizon_but_not_move_it_further_out() -> None:
    far = promise(start=NOW + DAY, end=NOW + 40 * DAY)
    keeping = case({"end": NOW + 40 * DAY, "generation": 2}, {}, far)
    assert rules.within_horizon(keeping) is None
    further = case({"end": NOW + 41 * DAY, "generation": 2}, {}, far)
    assert rules.within_horizon(further) is not None


def test_a_window_that_has_begun_is_never_too_late_to_amend() -> None:
    begun = case({"start": NOW - DAY, "end": NOW + HOUR, "generation": 2}, {}, promise(start=NOW - DAY))
    assert rules.window_ahead(begun) is None
    assert LAKE in begun.board.sheets
