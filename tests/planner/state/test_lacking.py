"""What promises lack by name: what idles and leaves within a window is not counted as serving it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import (
    DAY,
    HOUR,
    NOW,
    entry,
    grant,
    pool,
    promise,
    uid,
    with_ledger,
    with_units,
)

from holdfast.planner.state.capacity import Capacity
from holdfast.planner.state.ledger import Outage, Part, Trouble
from holdfast.planner.state.ledger_write import capacity_of
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health, Pool

TWO = with_ledger(pool(cubes=2), entry(), grants={"cube-001": grant()}, granted=1)
LATER = with_ledger(pool(cubes=2), entry(start=NOW + HOUR))
SECOND = "cube-000"


def figures(of: Pool) -> tuple[int, int, int | None]:
    """DEFICIT, AHEAD, and FROM in hours from now."""
    found: Capacity = capacity_of(Sheet.of(of, NOW))
    since = found.deficit_from
    return found.deficit, found.deficit_ahead, None if since is None else (since - NOW) // HOUR


def asked(old: Pool) -> Pool:
    """The unit in the promise's hands has failed, and its tenant is asked."""
    held = grant(trouble=Trouble(NOW - HOUR, failed=NOW))
    failed = with_units(old, "cube-001", health=Health.UNHEALTHY)
    return replace(failed, ledger=replace(old.ledger, grants={"cube-001": held}))


OTHER_HALF = (
    ("serves it", TWO, 0),
    ("retires within the window", with_units(TWO, SECOND, retires=NOW + HOUR), 1),
    ("is there for longer than the window", with_units(TWO, SECOND, retires=NOW + 2 * DAY), 0),
    ("serves it, and the one it has failed", asked(TWO), 1),
    ("retires, and the one it has failed", asked(with_units(TWO, SECOND, retires=NOW + HOUR)), 2),
)


@pytest.mark.parametrize(("name", "of", "lacking"), OTHER_HALF, ids=[row[0] for row in OTHER_HALF])
def test_a_window_that_has_begun_with_one_of_two_units_where_the_other(
    name: str, of: Pool, lacking: int
) -> None:
    assert figures(of) == (lacking, 0, None)


def against(*outages: tuple[int, int, tuple[str, ...]], of: Pool | None = None) -> Pool:
    """Maintenance (from, until in hours, units) against a promise of two units from 1 h on for a day."""
    later = of or LATER
    found = {
        f"m{number}": Outage(
            f"m{number}", NOW + start * HOUR, NOW + end * HOUR, units, (uid(promise().label),)
        )
        for number, (start, end, units) in enumerate(outages)
    }
    return replace(later, ledger=replace(later.ledger, outages=found))


ONE, ALL = ("cube-000",), ()
AHEAD = (
    ("of one unit", against((10, 11, ONE)), (0, 1, 10)),
    ("of all units", against((10, 11, ALL)), (0, 2, 10)),
    ("that began before the window", against((0, 3, ONE)), (0, 1, 1)),
    ("of one unit after the other", against((10, 11, ONE), (12, 13, ("cube-001",))), (0, 1, 10)),
    ("of two units that overlaps", against((10, 12, ONE), (11, 13, ("cube-001",))), (0, 2, 10)),
    ("of one unit and of all at once", against((10, 12, ONE), (11, 13, ALL)), (0, 2, 10)),
    (
        "where a unit retires within the window as well",
        against((10, 11, ONE), of=with_units(LATER, "cube-001", retires=NOW + 2 * HOUR)),
        (0, 2, 1),
    ),
)


@pytest.mark.parametrize(("name", "of", "said"), AHEAD, ids=[row[0] for row in AHEAD])
def test_ahead_is_told_while_maintenance_lasts(name: str, of: Pool, said: tuple[int, int, int]) -> None:
    assert figures(of) == said


def test_a_later_interval_that_lacks_a_unit_is_ahead_after_the_first_has_begun() -> None:
    parts = (Part(NOW, NOW + HOUR, 2), Part(NOW + 5 * HOUR, NOW + 8 * HOUR, 2))
    (key, one) = entry(end=NOW + 8 * HOUR)
    stepped = with_ledger(pool(cubes=2), (key, replace(one, form=replace(one.form, parts=parts))))
    assert figures(stepped) == (0, 0, None)
    assert figures(with_units(stepped, SECOND, retires=NOW + 6 * HOUR)) == (0, 1, 5)


def test_a_unit_that_is_out_is_lacking_to_its_holder_though_another_is_free() -> None:
    held = {"cube-001": grant(), "cube-002": grant(number=2)}
    three = with_ledger(pool(cubes=3), entry(), grants=held, granted=2)
    assert figures(three) == (0, 0, None)
    assert figures(against((-1, 1, ("cube-001",)), of=three)) == (1, 0, None)
