"""Many at once: what one tenant does, and what no tenant can have done."""

from __future__ import annotations

import pytest

from holdfast.hub.mass_deletion import Loss, loss_of, whole_fleet

QUIET = Loss(living=10, missing=0, peers=0)


def test_reservations_made_since_the_newest_loss_say_nothing_about_it() -> None:
    assert loss_of([1, 2, 3, 4, 5], [1, 3]) == Loss(living=5, missing=2, peers=3)
    assert loss_of([1, 2], []) == Loss(living=2, missing=0, peers=0)


@pytest.mark.parametrize(
    ("living", "missing", "many"), [(20, 20, False), (21, 21, True), (300, 30, False), (300, 31, True)]
)
def test_many_is_more_than_twenty_and_more_than_a_tenth(living: int, missing: int, many: bool) -> None:
    assert Loss(living, missing, living).many is many


@pytest.mark.parametrize(("missing", "peers", "most"), [(2, 4, False), (3, 4, True), (0, 0, False)])
def test_most_is_more_than_half_of_the_peers(missing: int, peers: int, most: bool) -> None:
    assert Loss(10, missing, peers).most is most


def all_of(missing: int) -> Loss:
    """A tenant that lost all it had."""
    return Loss(missing, missing, missing)


FLEETS: tuple[tuple[str, list[Loss], bool], ...] = (
    ("three tenants lost everything", [all_of(15)] * 3, True),
    ("two of three did, and more than a few beside the largest loss", [all_of(21), all_of(21), QUIET], True),
    ("two of four did: half is not most", [all_of(100), all_of(100), QUIET, QUIET], False),
    ("one tenant lost very much and another its only one", [all_of(10_000), all_of(1)], False),
    ("the only tenant lost everything", [all_of(10_000)], False),
    ("beside the largest loss it is exactly twenty", [all_of(100), all_of(20)], False),
    ("beside the largest loss it is twenty-one", [all_of(100), all_of(21)], True),
    ("everybody lost much, and nobody most of it", [Loss(100, 50, 100)] * 5, False),
    ("nobody has anything", [], False),
)


@pytest.mark.parametrize(("losses", "fault"), [row[1:] for row in FLEETS], ids=[row[0] for row in FLEETS])
def test_the_fleet_is_struck_when_most_tenants_lost_most(losses: list[Loss], fault: bool) -> None:
    assert whole_fleet(losses) is fault
