"""Judging a unit that is not well: when its dwell begins and ends, when it counts as failed, and what allows a swap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    DAY,
    HOUR,
    LAKE,
    MINUTE,
    NOW,
    entry,
    grant,
    pool,
    promise,
    reservation,
    snapshot,
    with_ledger,
    with_units,
)

from holdfast.api.ledger import MAX_TIMES
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import GrantState, Trouble
from holdfast.planner.state.snapshot import Health, Pool, Repair
from holdfast.planner.upkeep.health import FLAPS, judge

ILL: dict[str, Any] = {"health": Health.UNHEALTHY, "heals": True, "occupied": True, "source": "Kubelet"}
LOST: dict[str, Any] = {**ILL, "heals": False}
FEWER: dict[str, Any] = {**ILL, "health": Health.DEGRADED, "lacking": 2}
AT_ONCE: dict[str, Any] = {"retiring": True, "occupied": True}
BEGAN, FAILED = Trouble(NOW - MINUTE), Trouble(NOW - 300, failed=NOW, until=NOW + DAY)
OVER = Trouble(NOW - HOUR, ended=NOW - MINUTE)


DEFAULT = Repair()


def judged(
    trouble: Trouble | None = None, unit: Any = ILL, terms: Repair = DEFAULT, **of_pool: Any
) -> Trouble | None:
    """What is written of cube-000, which mistral has by grant 7, after one turn."""
    held = with_ledger(
        pool(), entry(count=1), grants={"cube-000": grant(number=7, trouble=trouble)}, granted=7
    )
    board = Board(
        snapshot(
            replace(with_units(held, "cube-000", **unit), **of_pool), promise(), reservation(repair=terms)
        )
    )
    judge(board)
    return board.sheets[LAKE].grants["cube-000"].trouble


def swap(cause: str, after: int = 0, **changes: Any) -> Trouble:
    return replace(FAILED, until=None, swap=NOW + after, cause=cause, **changes)


@pytest.mark.parametrize(
    ("name", "before", "unit", "after"),
    [
        ("a unit that is well is not spoken of", None, {}, None),
        ("trouble is timed when it is first seen", None, ILL, Trouble(NOW)),
        ("it goes on within its dwell", BEGAN, ILL, BEGAN),
        ("it ends when the unit is well again", BEGAN, {}, replace(BEGAN, ended=NOW)),
        ("what is over stays as it was", OVER, {}, OVER),
        ("it has failed once its dwell is over", Trouble(NOW - 300), ILL, FAILED),
        ("and not a second sooner", Trouble(NOW - 299), ILL, Trouble(NOW - 299)),
        ("what cannot heal has failed at once", None, LOST, Trouble(NOW, failed=NOW, until=NOW + DAY)),
        ("a unit that comes back is asked of no more", FAILED, {}, Trouble(NOW - 300, ended=NOW)),
        ("enough hosts are enough", None, FEWER, None),
        ("trouble again soon is one more time", OVER, ILL, Trouble(NOW, times=2)),
        ("trouble again late is another trouble", replace(OVER, ended=NOW - HOUR), ILL, Trouble(NOW)),
        (
            "by a slower clock it begins as the one before was over",
            replace(OVER, ended=NOW + 2), ILL, Trouble(NOW + 2, times=2),
        ),
        (
            "one that keeps coming and going is not waited for",
            replace(OVER, times=FLAPS - 1), ILL, Trouble(NOW, FLAPS, failed=NOW, until=NOW + DAY),
        ),
        (
            "of one that comes and goes for ever the ledger counts as far as it can",
            replace(OVER, times=MAX_TIMES), ILL, Trouble(NOW, MAX_TIMES, failed=NOW, until=NOW + DAY),
        ),
        (
            "and up to there",
            replace(OVER, times=MAX_TIMES - 1), ILL, Trouble(NOW, MAX_TIMES, failed=NOW, until=NOW + DAY),
        ),
        ("one that somebody else repairs is theirs", None, {**LOST, "repaired_until": NOW + 1}, Trouble(NOW)),
        ("as long as they asked", None, {**LOST, "repaired_until": NOW}, Trouble(NOW, failed=NOW, until=NOW + DAY)),
        (
            "and for a day at most",
            Trouble(NOW - DAY), {**ILL, "repaired_until": NOW + DAY}, Trouble(NOW - DAY, failed=NOW, until=NOW + DAY),
        ),
        ("one that is to leave, and is in use, is asked for", None, AT_ONCE, Trouble(NOW, failed=NOW, until=NOW + DAY)),
    ],
)  # fmt: skip
def test_trouble(name: str, before: Trouble | None, unit: dict[str, Any], after: Trouble | None) -> None:
    assert judged(before, unit) == after


MINE = frozenset({(LAKE, "cube-000", 7)})
ANOTHER = frozenset({(LAKE, "cube-000", 6), (LAKE, "cube-001", 7), ("abernathy.tpu7x-a", "cube-000", 7)})
UNUSED = {**ILL, "occupied": False}
LATE = replace(FAILED, failed=NOW - DAY, until=NOW)
OLD = replace(FAILED, failed=NOW - 7 * DAY, until=NOW)


@pytest.mark.parametrize(
    ("name", "before", "unit", "terms", "after"),
    [
        ("asked, it stays", FAILED, ILL, Repair("AskFirst"), FAILED),
        ("its tenant agreed", FAILED, ILL, Repair("AskFirst", 60, MINE), swap("Consent")),
        ("it agreed to something else", FAILED, ILL, Repair("AskFirst", 0, ANOTHER), FAILED),
        ("it agreed beforehand, and its dwell runs", BEGAN, ILL, Repair(None, 0, MINE), BEGAN),
        ("every swap is agreed to", FAILED, ILL, Repair("Automatic"), swap("Policy")),
        ("after notice", FAILED, ILL, Repair("Automatic", HOUR), swap("Policy", HOUR)),
        ("nothing runs on it", FAILED, UNUSED, Repair(), swap("Unoccupied")),
        ("nothing runs on it, and it wants to be asked", FAILED, UNUSED, Repair("AskFirst"), FAILED),
        ("nobody answers for a day", LATE, ILL, Repair("AskFirst"), replace(LATE, until=None, swap=NOW, cause="Limit")),
        ("notice is part of that day", FAILED, ILL, Repair("AskFirst", HOUR), replace(FAILED, until=NOW + DAY - HOUR)),
        ("never is never", LATE, UNUSED, Repair("Never"), replace(LATE, until=NOW + 6 * DAY)),
        ("for a week", OLD, UNUSED, Repair("Never"), replace(OLD, until=None, swap=NOW, cause="Limit")),
        ("and for good where it works", FAILED, AT_ONCE, Repair("Never"), replace(FAILED, until=None)),
        ("but for a consent", FAILED, ILL, Repair("Never", 0, MINE), swap("Consent")),
        ("a decision stands", swap("Policy", HOUR), ILL, Repair("Never"), swap("Policy", HOUR)),
        ("a consent is sooner", swap("Policy", HOUR), ILL, Repair("Automatic", HOUR, MINE), swap("Consent")),
    ],
)  # fmt: skip
def test_what_allows_a_swap(
    name: str, before: Trouble, unit: dict[str, Any], terms: Repair, after: Trouble
) -> None:
    assert judged(before, unit, terms) == after


def test_a_unit_with_fewer_hosts_is_swapped_if_its_tenant_asks_for_that() -> None:
    after = judged(None, FEWER, Repair(None, 0, MINE))
    assert after == Trouble(NOW, failed=NOW, swap=NOW, cause="Consent")


def test_a_recall_overrides_what_its_tenant_says_and_names_who_did_it() -> None:
    after = judged(None, {}, Repair("Never"), recalled={"cube-000": "alice@example.com"})
    assert after == Trouble(NOW, failed=NOW, swap=NOW, cause="Recall", by="alice@example.com")


@pytest.mark.parametrize(
    "changes", [{"reachable": False}, {"units": pool().units}], ids=["a silent site", "all is well"]
)
def test_nothing_is_judged_at(changes: dict[str, Any]) -> None:
    assert judged(None, ILL, **changes) is None


@pytest.mark.parametrize("state", [GrantState.RELEASING, GrantState.QUARANTINED])
def test_units_on_their_way_back_are_not_judged(state: GrantState) -> None:
    held = with_ledger(pool(), entry(count=1), grants={"cube-000": grant(state=state)})
    board = Board(snapshot(with_units(held, "cube-000", **ILL), promise()))
    judge(board)
    assert not board.sheets[LAKE].played


@pytest.mark.parametrize(("times", "after"), [(FLAPS, FLAPS + 1), (MAX_TIMES, MAX_TIMES)])
def test_one_that_left_because_it_came_and_went_is_timed_on_as_far_as_a_ledger_can_count(
    times: int, after: int
) -> None:
    gone = grant(None, state=GrantState.QUARANTINED, trouble=replace(OVER, times=times))
    board = Board(snapshot(with_units(with_ledger(pool(), grants={"cube-000": gone}), "cube-000", **ILL)))
    judge(board)
    assert board.sheets[LAKE].grants["cube-000"].trouble == Trouble(NOW, times=after)


def crowd(failed: int, **said: Any) -> Pool:
    """Nine units, the first of them mistral's and failed, and more that fail in the same words."""
    held = with_ledger(pool(cubes=9), entry(count=1), grants={"cube-000": grant(trouble=FAILED)})
    return with_units(held, *(f"cube-{i:03d}" for i in range(failed)), **{**UNUSED, **said})


@pytest.mark.parametrize(
    ("name", "of", "decided"),
    [
        ("one of nine", crowd(1), True),
        ("a third of the pool", crowd(3), True),
        ("over a third", crowd(4), False),
        ("one in the opinion of an observer", crowd(1, source="DCGM"), True),
        ("two in its opinion: more than the blast radius", crowd(2, source="DCGM"), False),
    ],
)
def test_reports_are_believed_up_to_a_point(name: str, of: Pool, decided: bool) -> None:
    board = Board(snapshot(of, promise(), reservation()))
    judge(board)
    assert board.sheets[LAKE].grants["cube-000"].leaving is decided


@pytest.mark.parametrize(
    ("recalled", "cause"), [({}, ""), ({"cube-000": "alice@example.com"}, "Recall")], ids=["kept", "recalled"]
)
def test_of_a_promise_whose_reservation_cannot_be_seen_only_a_recall_takes_a_unit(
    recalled: dict[str, str], cause: str
) -> None:
    late = replace(FAILED, until=NOW - 1)
    held = with_ledger(pool(), entry(count=1), grants={"cube-000": grant(trouble=late)})
    ill = replace(with_units(held, "cube-000", **{**ILL, "occupied": False}), recalled=recalled)
    board = Board(snapshot(ill, promise()))
    judge(board)
    after = board.sheets[LAKE].grants["cube-000"].trouble
    assert after is not None
    assert after.cause == cause


def test_one_that_is_deleted_and_kept_by_a_finalizer_has_said_what_it_said() -> None:
    held = with_ledger(pool(), entry(count=1), grants={"cube-000": grant(trouble=FAILED)})
    ill = with_units(held, "cube-000", **ILL)
    leaving = reservation(repair=Repair(policy="Automatic"))
    board = Board(replace(snapshot(ill, promise()), leaving={leaving.uid: leaving}))
    judge(board)
    assert board.sheets[LAKE].grants["cube-000"].trouble == swap("Policy")
