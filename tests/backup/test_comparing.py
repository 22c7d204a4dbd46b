"""Restored ledgers beside what the sites report: what may be adopted, what is a stranger's, which numbers are spent."""

from __future__ import annotations

from typing import Any

import pytest
from tests.documents import document, ledger, pool

from holdfast.api.door import parse
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.api.report import PoolReport
from holdfast.backup.comparing import adopted, compare
from holdfast.backup.found import Adoption, Comparison

MINE, OTHERS = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
NOW = 1_800_000_500
MARK = "2027-01-15T08:00:00Z 0123456789ab"
ENTRY: dict[str, Any] = {
    "reservation": "mistral/train", "tenant": "mistral", "attempt": "a1", "round": 1, "count": 2,
    "from": 1_800_000_000, "until": 1_800_090_000, "state": "Committed",
}  # fmt: skip


def restored(units: dict[str, Any] | None = None, **entry: Any) -> AcceleratorPool:
    """A pool of which five grants were given before the backup."""
    status = ledger(granted=5, asOf=NOW - 100, peak=2, promises={MINE: {**ENTRY, **entry}}, units=units or {})
    return marked({**pool("ny.a"), "status": status})


def marked(declared: dict[str, Any], mark: str = MARK) -> AcceleratorPool:
    """A pool that carries the mark of a restore, or none."""
    marks = {"annotations": {"holdfast.dev/restored": mark}} if mark else {}
    return parse(AcceleratorPool, {**declared, "metadata": {**declared["metadata"], **marks}})


def report(unit: str = "u0", **unaccounted: Any) -> PoolReport:
    """What the agent sees: one unit that was written by a later grant."""
    seen = {"health": "Healthy", "hosts": 16, "hostsReady": 16, "unaccounted": unaccounted or None}
    told = {key: value for key, value in seen.items() if value is not None}
    return of(MARK, {unit: told})


def of(mark: str | None, units: dict[str, Any]) -> PoolReport:
    """A report by an agent that saw this mark, or that says none."""
    said = {"restored": mark} if mark else {}
    return parse(PoolReport, document("PoolReport", "ny.a", {"datacenter": "ny", "units": units, **said}))


def seen(declared: AcceleratorPool, told: PoolReport) -> Comparison:
    return compare([declared], {"ny.a": told}, {}, NOW)


def test_a_unit_given_after_the_backup_to_a_promise_that_it_has_is_adopted() -> None:
    found = seen(restored(), report(grant=7, reservation=MINE))
    assert found.adoptions == (Adoption("ny.a", "u0", 7, MINE, "mistral/train"),)
    assert (found.strangers, found.numbers) == ((), {"ny.a": 7})


def later(start: int) -> dict[str, Any]:
    """A change of the window, prepared: the same, from another instant on."""
    return {"next": {"attempt": "a2", "round": 2, "count": 2, "from": start, "until": 1_800_090_000}}


@pytest.mark.parametrize("start", [NOW, NOW - 1, 1_799_000_000])
def test_a_unit_is_adopted_once_a_change_of_its_promises_window_has_begun_too(start: int) -> None:
    found = seen(restored(**later(start)), report(grant=7, reservation=MINE))
    assert ([one.unit for one in found.adoptions], found.strangers) == (["u0"], ())


@pytest.mark.parametrize(
    ("entry", "holder", "wrong"),
    [
        ({}, OTHERS, "which the backup does not know"),
        ({"from": NOW + 1}, MINE, "to whom it is not due now"),
        ({"until": NOW}, MINE, "to whom it is not due now"),
        ({"state": "Releasing"}, MINE, "to whom it is not due now"),
        (later(NOW + 1), MINE, "whose change is prepared to begin at 2027-01-15T08:08:21Z"),
    ],
)
def test_a_unit_in_any_other_hands_is_a_strangers(entry: dict[str, Any], holder: str, wrong: str) -> None:
    found = seen(restored(**entry), report(grant=7, reservation=holder))
    assert [(one.unit, one.free) for one in found.strangers] == [("u0", True)]
    assert wrong in found.strangers[0].wrong
    assert found.adoptions == ()


def test_a_unit_that_is_open_for_several_at_once_is_a_strangers_though_the_backup_has_one_of_them() -> None:
    found = seen(restored(), report(grant=7, reservation=MINE, several=True))
    assert [(one.unit, one.free) for one in found.strangers] == [("u0", True)]
    assert "for another reservation on the next" in found.strangers[0].wrong
    assert (found.adoptions, found.numbers) == ((), {"ny.a": 7})


def test_a_unit_that_the_ledger_gives_to_another_is_never_adopted() -> None:
    held = {"u0": {"promise": MINE, "grant": 4, "state": "Active", "since": 1_800_000_100}}
    for holder in ({"reservation": OTHERS}, {"reservation": MINE}, {}):
        found = seen(restored(held), report(grant=7, **holder))
        assert [(one.unit, one.free) for one in found.strangers] == [("u0", False)]


def test_of_a_closed_unit_only_the_number_is_passed_over() -> None:
    found = seen(restored(), report(grant=9))
    assert found == Comparison(numbers={"ny.a": 9})


def test_a_report_older_than_the_ledger_says_nothing() -> None:
    held = {"u0": {"promise": MINE, "grant": 4, "state": "Active", "since": 1_800_000_100}}
    assert seen(restored(held), report(grant=4, reservation=MINE)) == Comparison()
    assert seen(restored(), report(grant=5, reservation=MINE)) == Comparison()


def test_a_pool_that_nobody_reports_is_named() -> None:
    assert compare([restored()], {}, {}, NOW) == Comparison(unheard=("ny.a",))


@pytest.mark.parametrize(
    ("mark", "said", "stale"),
    [
        pytest.param(
            MARK, None, ("ny.a",), id="written before the restore, or by an agent too old to say it"
        ),
        pytest.param(MARK, "2027-01-14T08:00:00Z by hand", ("ny.a",), id="written after an earlier restore"),
        pytest.param(MARK, MARK, (), id="written by an agent that saw this restore"),
        pytest.param("m" * 300, "m" * 128, (), id="a mark that is longer than what is said back of it"),
        pytest.param("", None, (), id="a pool that carries no mark"),
    ],
)
def test_a_report_counts_once_it_says_the_mark_back(
    mark: str, said: str | None, stale: tuple[str, ...]
) -> None:
    beyond = {"u0": {"health": "Healthy", "hosts": 1, "hostsReady": 1, "unaccounted": {"grant": 7}}}
    declared = marked({**pool("ny.a"), "status": ledger(granted=5)}, mark)
    found = compare([declared], {"ny.a": of(said, beyond)}, {}, NOW)
    assert found == Comparison(stale=stale, numbers={} if stale else {"ny.a": 7})


def test_what_is_adopted_stands_in_the_ledger_and_no_number_of_then_is_given_again() -> None:
    before = restored().status or EMPTY
    after = adopted(before, [Adoption("ny.a", "u0", 7, MINE, "mistral/train")], 9, NOW)
    assert (after.granted, after.as_of) == (9, NOW)
    assert (after.units["u0"].grant, after.units["u0"].promise, after.units["u0"].state) == (
        7,
        MINE,
        "Active",
    )
    assert after.promises == before.promises
