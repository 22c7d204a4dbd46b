"""Of whom there was nothing to say is looked at again when anything that rests on has changed, and not before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, promise, reservation, snapshot, with_units

from holdfast.api.reasons import Reason
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import Hold
from holdfast.planner.status.quiet import Quiet, rest_of

ASK, HERE = reservation(), pool(LAKE, 4)
MINE = promise(start=NOW + HOUR, end=NOW + DAY)
WAITS = Hold(Reason.WINDOW_CONFLICT, "others hold the units")
BEFORE = snapshot(ASK, HERE, MINE)


def noted(before: Snapshot = BEFORE, hold: Hold | None = None, short: Reason | None = None) -> Quiet:
    quiet = Quiet()
    quiet.note(before, rest_of(before, ASK), hold, short)
    return quiet


def still(after: Snapshot, hold: Hold | None = None, short: Reason | None = None) -> bool:
    return noted().still(after, rest_of(after, after.reservations[ASK.uid]), hold, short)


@pytest.mark.parametrize(
    ("name", "after", "quiet"),
    [
        ("nothing has changed", BEFORE, True),
        ("time has passed and nothing has opened", replace(BEFORE, now=NOW + HOUR - 1), True),
        ("the window opens", replace(BEFORE, now=NOW + HOUR), False),
        ("the reservation was written", snapshot(replace(ASK, generation=2), HERE, MINE), False),
        ("the promise was written", snapshot(ASK, HERE, replace(MINE, round=7)), False),
        ("the promise is gone", snapshot(ASK, HERE), False),
        ("its pool was written or reported", snapshot(ASK, replace(HERE, spares=1), MINE), False),
        ("another pool was written", snapshot(ASK, HERE, MINE, pool("abernathy.tpu7x-a", 2)), True),
    ],
)
def test_it_is_quiet(name: str, after: Snapshot, quiet: bool) -> None:
    assert still(after) is quiet


def test_another_hold_or_another_outlook_is_news_and_the_same_in_other_words_is_not() -> None:
    assert not still(BEFORE, WAITS)
    assert not still(BEFORE, None, Reason.CORDONED)
    assert noted(hold=WAITS).still(BEFORE, rest_of(BEFORE, ASK), replace(WAITS), None)


def test_a_delivery_in_its_pool_is_looked_at_when_it_is_due() -> None:
    coming = snapshot(ASK, with_units(HERE, "cube-001", available=NOW + 60), MINE)
    quiet = noted(coming)
    for after, expected in ((59, True), (60, False)):
        later = replace(coming, now=NOW + after)
        assert quiet.still(later, rest_of(later, ASK), None, None) is expected


def test_whoever_was_spoken_of_or_is_gone_is_not_remembered() -> None:
    spoken, gone = noted(), noted()
    spoken.forget(ASK.uid)
    gone.keep(snapshot())
    assert not spoken.still(BEFORE, rest_of(BEFORE, ASK), None, None)
    assert not gone.still(BEFORE, rest_of(BEFORE, ASK), None, None)
