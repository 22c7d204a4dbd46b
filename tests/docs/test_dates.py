"""What a page asks for lies ahead for whoever reads it, in whatever year."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from tests.docs.blocks import pages
from tests.docs.dates import WRITTEN, moved
from tests.house.sources import ROOT

START = re.compile(r'start: *"?(\d{4}-\d{2}-\d{2})')
EXAMPLES = sorted(
    [path for path in pages() if START.search(path.read_text(encoding="utf-8"))]
    + [path for path in (ROOT / "examples").rglob("*.yaml") if START.search(path.read_text(encoding="utf-8"))]
)


def test_until_the_day_they_were_written_for_dates_are_as_they_stand() -> None:
    assert moved("from 2027-01-04T00:00:00Z", WRITTEN) == "from 2027-01-04T00:00:00Z"


def test_later_they_move_by_whole_years_of_weeks_and_together() -> None:
    text = "start: 2027-01-04T00:00:00Z, end: 2027-02-01T00:00:00Z, version 1.35.2-gke.1842000"
    assert moved(text, date(2027, 6, 1)) == text.replace("2027-01-04", "2028-01-03").replace(
        "2027-02-01", "2028-01-31"
    )
    assert date(2028, 1, 3).weekday() == date(2027, 1, 4).weekday()


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
@pytest.mark.parametrize("days", [0, 1, 60, 365, 366, 3_000])
def test_every_start_lies_ahead_of_its_reader(page: object, days: int) -> None:
    today = WRITTEN + timedelta(days=days)
    text = moved(page.read_text(encoding="utf-8"), today)  # type: ignore[attr-defined]
    starts = [date.fromisoformat(found) for found in START.findall(text)]
    assert starts
    assert min(starts) > today
