"""The simulated year, in small: what it counts, and that it would notice."""

from __future__ import annotations

import pytest
from tests.simulation.blips import Year, report
from tests.simulation.year.fate import BLIPS, DAY, FAILURES, YEAR, year_of


def played(days: int, dwell: int = 300) -> Year:
    """Some days."""
    year = Year(days, seed=1, dwell=dwell)
    try:
        for _ in year.play():
            pass
    finally:
        year.world.end()
    return year


def test_a_day_is_as_it_must_be_and_something_has_happened_in_it() -> None:
    year = played(1)
    assert [what for what, _, well in report(year) if not well] == []
    assert year.books.blips > 5


def test_without_a_dwell_blips_take_pods_away_and_the_books_say_so() -> None:
    missed = [what for what, _, well in report(played(1, dwell=0)) if not well]
    assert "pods evicted for blips shorter than the dwell (must be 0)" in missed


def test_what_happens_follows_from_the_seed_at_the_published_rate() -> None:
    hosts = [f"host-{number}" for number in range(400)]
    assert year_of(hosts, 1, 3) == year_of(hosts, 1, 3) != year_of(hosts, 2, 3)
    many = year_of(hosts, 1, 365)
    failures = [one for one in many if not one.blip]
    assert len(failures) == pytest.approx(FAILURES * YEAR * 400, rel=0.15)
    assert sum(one.lasting for one in failures) == pytest.approx(0.587 * len(failures), rel=0.15)
    assert len(many) - len(failures) == pytest.approx(BLIPS * YEAR * 400, rel=0.05)
    assert pytest.approx(0.69, abs=0.01) == FAILURES * 365 * DAY
