"""What a Tenant says of reservations that are gone while their promises are kept, and what its people read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import NOW, snapshot, tenant

from holdfast.api.reasons import Reason
from holdfast.hardware.instants import text_of
from holdfast.planner.state.deletions import Cause, HeldDeletions, Release, totals
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.status.held_deletions import TENANTS_WORDS
from holdfast.planner.status.sites_and_tenants import TenantStatusWrite, tenant_statuses

QUESTIONED = HeldDeletions(questioned=25, namespaces=("research",))
FROZEN = HeldDeletions(frozen=7, causes=(Cause.WHOLE_FLEET,), namespaces=("research",))
FAR = Release(NOW + 90_000, "holdfast.dev/release-frozen-deletions is far and not obeyed")


def told(held: HeldDeletions | None, world: Snapshot | None = None) -> list[TenantStatusWrite]:
    """What a turn writes of mistral."""
    world = world or replace(snapshot(), tenants={"mistral": tenant()})
    return list(tenant_statuses(replace(world, held={} if held is None else {"mistral": held})))


def after(write: TenantStatusWrite, seconds: int) -> Snapshot:
    """The hub some time after a status was written."""
    spoken = replace(tenant(), status=write.status)
    return replace(snapshot(), now=NOW + seconds, tenants={"mistral": spoken})


ROWS: tuple[tuple[str, HeldDeletions, list[str]], ...] = (
    ("nothing", HeldDeletions(), []),
    ("many are questioned", QUESTIONED, ["Reconciling=True DeletionsQuestioned"]),
    ("some are frozen", FROZEN, ["Stalled=True DeletionsFrozen"]),
    (
        "some are frozen, others questioned",
        replace(FROZEN, questioned=25),
        ["Reconciling=True DeletionsQuestioned", "Stalled=True DeletionsFrozen"],
    ),
    (
        "released",
        replace(FROZEN, questioned=25, release=Release(NOW + 60)),
        ["Reconciling=True DeletionsReleased"],
    ),
    ("the release is over", replace(FROZEN, release=Release(NOW)), ["Stalled=True DeletionsFrozen"]),
    ("the release is refused", replace(FROZEN, release=FAR), ["Stalled=True DeletionsFrozen"]),
    ("refused, and nothing to release", HeldDeletions(release=FAR), ["Stalled=True ReleaseRefused"]),
    ("a release, and nothing to release", HeldDeletions(release=Release(NOW + 60)), []),
)


@pytest.mark.parametrize(("held", "said"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_tenant_says_what_is_held_back_and_who_can_end_it(held: HeldDeletions, said: list[str]) -> None:
    (write,) = told(held)
    conditions = [f"{one.type}={one.status} {one.reason}" for one in write.status.conditions]
    assert conditions == ["Accepted=True Accepted", *said]
    assert [one.reason.value for one in write.events] == [line.partition(" ")[2] for line in said]
    assert write.namespaces == held.namespaces


def test_frozen_ones_are_told_with_number_time_cause_and_what_to_do() -> None:
    (write,) = told(FROZEN)
    message = write.status.conditions[1].message
    assert message.startswith(f"7 reservations are gone since {text_of(NOW)}, and their promises are kept")
    assert Cause.WHOLE_FLEET in message
    assert "annotate this Tenant with holdfast.dev/release-frozen-deletions=INSTANT" in message


@pytest.mark.parametrize(
    ("release", "end"), [(None, "24 h ahead)"), (Release(NOW), "Z is over"), (FAR, "far and not obeyed")]
)
def test_a_release_that_does_not_hold_is_told_beside_what_stays_frozen(
    release: Release | None, end: str
) -> None:
    (write,) = told(replace(FROZEN, release=release))
    assert write.status.conditions[1].message.endswith(end)


def test_questioned_and_released_ones_are_told_with_their_number() -> None:
    (questioned,), (released,) = told(QUESTIONED), told(replace(FROZEN, release=Release(NOW + 60)))
    assert questioned.status.conditions[1].message.startswith("25 reservations are gone at once since")
    assert f"7 frozen deletions may go until {text_of(NOW + 60)}" in released.status.conditions[1].message


def test_it_is_told_once_and_since_stays_whoever_tells_it() -> None:
    (quiet,) = told(None)
    (write,) = told(FROZEN, after(quiet, 60))
    assert told(FROZEN, after(write, 600)) == []
    (more,) = told(replace(FROZEN, frozen=8), after(write, 600))
    assert more.status.conditions[1].message.startswith(f"8 reservations are gone since {text_of(NOW + 60)}")
    assert more.events == ()
    (nothing,) = told(None, after(write, 600))
    assert [one.type for one in nothing.status.conditions] == ["Accepted"]


def test_a_tenants_people_read_nothing_of_anybody_else() -> None:
    assert TENANTS_WORDS.keys() == {
        Reason.DELETIONS_QUESTIONED,
        Reason.DELETIONS_FROZEN,
        Reason.DELETIONS_RELEASED,
    }
    assert not any("tenants" in words or any(map(str.isdigit, words)) for words in TENANTS_WORDS.values())


def test_the_fleet_is_counted_without_names() -> None:
    assert totals([QUESTIONED, FROZEN, replace(FROZEN, questioned=1)]) == {"questioned": 26, "frozen": 14}
