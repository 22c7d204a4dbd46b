"""Whose status is worked out: of whom something is new, or what was told does not stand there yet; and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, promise, reservation, snapshot, with_units

from holdfast.planner.plan import plan
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.recall import Recall
from holdfast.planner.state.snapshot import Health, Snapshot
from holdfast.planner.status.quiet import Quiet
from holdfast.planner.status.reservation import reservation_statuses

ASK, HERE = reservation(), pool(LAKE, 4)
OTHER = replace(reservation("anthropic/serve"), uid="b")
MINE = promise(start=NOW + HOUR, end=NOW + DAY)
THEIRS = replace(promise("anthropic/serve"), uid="b", start=NOW + HOUR, end=NOW + DAY, pools={})
BEFORE = snapshot(ASK, OTHER, HERE, MINE, THEIRS)


class Speaker:
    """Turns without writers: plan, hear, and tell."""

    def __init__(self) -> None:
        self.quiet, self.recall = Quiet(), Recall()

    def told(self, picture: Snapshot) -> tuple[Plan, Snapshot]:
        made = plan(picture, self.recall)
        self.recall = made.recall
        self.quiet.hear(made.news)
        said = list(reservation_statuses(picture, made.holds, self.quiet))
        written = {one.reservation.uid: replace(one.reservation, status=one.status) for one in said}
        return made, replace(picture, reservations={**picture.reservations, **written})

    def looked_at(self, picture: Snapshot) -> set[str]:
        made = plan(picture, self.recall)
        self.quiet.hear(made.news)
        return {one.uid for one in self.quiet.to_look_at(picture, made.holds)}


def at_rest() -> tuple[Speaker, Snapshot]:
    speaker, picture = Speaker(), BEFORE
    for _ in range(3):
        _, picture = speaker.told(picture)
    return speaker, picture


@pytest.mark.parametrize(
    ("name", "changes", "mine"),
    [
        ("nothing has changed", {}, False),
        ("time has passed and nothing has opened", {"now": NOW + HOUR - 1}, False),
        ("the window opens", {"now": NOW + HOUR}, True),
        ("the promise was written", {"promises": {MINE.uid: replace(MINE, round=7), "b": THEIRS}}, True),
        ("the promise is gone", {"promises": {"b": THEIRS}}, True),
        ("another promise was written", {"promises": {MINE.uid: MINE, "b": replace(THEIRS, round=7)}}, False),
    ],
)
def test_it_is_looked_at(name: str, changes: dict[str, object], mine: bool) -> None:
    speaker, picture = at_rest()
    assert (ASK.uid in speaker.looked_at(replace(picture, **changes))) is mine  # type: ignore[arg-type]


def test_a_status_that_was_taken_away_is_looked_at() -> None:
    speaker, picture = at_rest()
    wiped = {**picture.reservations, ASK.uid: replace(picture.reservations[ASK.uid], status=None)}
    assert speaker.looked_at(replace(picture, reservations=wiped)) == {ASK.uid}


def test_what_was_told_and_does_not_stand_there_is_told_again() -> None:
    speaker, picture = at_rest()
    cancelled = replace(picture, promises={"b": THEIRS})
    for _ in range(3):
        made = plan(cancelled, speaker.recall)
        speaker.recall = made.recall
        speaker.quiet.hear(made.news)
        said = reservation_statuses(cancelled, made.holds, speaker.quiet)
        assert [one.reservation.uid for one in said] in ([], [ASK.uid])
    assert ASK.uid in speaker.looked_at(cancelled)


def test_a_pool_is_counted_anew_when_something_is_new_in_it() -> None:
    speaker, picture = at_rest()
    count = speaker.quiet.counts(picture)[LAKE]
    assert speaker.quiet.counts(picture)[LAKE] is count
    ill = replace(picture, pools={LAKE: with_units(HERE, "cube-000", health=Health.UNHEALTHY)})
    speaker.looked_at(ill)
    assert len(speaker.quiet.counts(ill)[LAKE].ready) == 3


def test_tenants_are_told_in_turn_and_who_was_told_waits_behind_all_others() -> None:
    crowd = [replace(reservation(f"mistral/n{n}"), uid=f"m{n}") for n in range(4)]
    alone = replace(reservation("anthropic/serve"), uid="z")
    picture, quiet = snapshot(*crowd, alone, pool(LAKE, 4)), Quiet()
    order = []
    for _ in range(3):
        first, second, *_ = [one.uid for one in quiet.to_look_at(picture, {})]
        order.append((first, second))
        quiet.told(first)
        quiet.told(second)
    assert order == [("m0", "z"), ("m1", "z"), ("m2", "z")]
