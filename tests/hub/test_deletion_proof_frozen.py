"""What no tenant's deletion explains is frozen, however much time passes, until it is back or a person releases it."""

from __future__ import annotations

import pytest
from tests.hub import documents
from tests.hub.asking import BORN, UID, Asking, committed, in_seconds, promises, uids

from holdfast.api.promise import CapacityPromise
from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION, DEFINITION
from holdfast.hardware.instants import text_of
from holdfast.hub.deletion_proof import Deletions
from holdfast.planner.state.deletions import Cause

DAY = 24 * 3600


def everybodys(each: int = 15) -> list[CapacityPromise]:
    """All that three tenants have."""
    return [one for tenant in ("mistral", "anthropic", "chai") for one in promises(each, tenant)]


def of_tenant(promise: CapacityPromise, tenant: str) -> CapacityPromise:
    """The same promise of another tenant."""
    return promise.model_copy(update={"spec": promise.spec.model_copy(update={"tenant": tenant})})


def later(asking: Asking, seconds: float, *asked: CapacityPromise) -> frozenset[str]:
    """What is found gone after a long time, with a few turns at its end."""
    asking.gone(*asked)
    asking.time.sleep(seconds)
    return asking.after(60, *asked)


# --- the kind -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("later_by", [1, 0])
def test_reservations_that_went_with_their_kind_are_not_cancelled_though_it_came_back_at_once(
    later_by: int,
) -> None:
    asking = Asking()
    asking.define(creationTimestamp=text_of(BORN + later_by))
    assert later(asking, DAY, committed()) == frozenset()
    assert asking.last.held["mistral"].frozen == 1
    assert asking.last.held["mistral"].causes == (Cause.KIND_ANEW,)


def test_a_promise_made_since_is_cancelled_as_ever_beside_frozen_ones() -> None:
    asking, old, new = Asking(), promises(30), committed(born=BORN + 2)
    asking.define(creationTimestamp=text_of(BORN + 1))
    asking.gone(*old, new)
    assert asking.after(30, *old, new) == {UID}


def test_frozen_and_questioned_ones_are_counted_apart_and_told_where_the_frozen_were() -> None:
    asking, old, new = Asking(), promises(30), promises(21, "mistral-2", BORN + 2)
    asking.define(creationTimestamp=text_of(BORN + 1))
    new = [of_tenant(one, "mistral") for one in new]
    asking.gone(*old, *new)
    held = asking.last.held["mistral"]
    assert (held.frozen, held.questioned, held.namespaces) == (30, 21, ("research",))


@pytest.mark.parametrize("why", ["going", "gone"])
def test_nothing_is_cancelled_while_the_kind_is_going_or_gone(why: str) -> None:
    asking = Asking()
    if why == "going":
        asking.define(deletionTimestamp=documents.BORN, creationTimestamp=text_of(BORN - 1))
    else:
        asking.define(creationTimestamp=text_of(BORN - 1))
        asking.server.storage.documents.clear()
        asking.server.withdraw(CAPACITY_RESERVATION)
    assert later(asking, DAY, committed()) == frozenset()
    assert asking.last.held["mistral"].causes == (Cause.KIND_ANEW,)


def test_nothing_is_cancelled_while_the_definition_may_not_be_read_and_soon_after_it_may() -> None:
    asking = Asking()
    asking.way.forbidden = DEFINITION.plural
    assert later(asking, DAY, committed()) == frozenset()
    assert asking.last.held["mistral"].causes == (Cause.KIND_UNREAD,)
    asking.way.forbidden = ""
    assert asking.after(305, committed()) == {UID}


def test_a_definition_without_a_time_says_nothing() -> None:
    asking = Asking()
    asking.define(creationTimestamp="")
    assert later(asking, DAY, committed()) == frozenset()
    assert asking.last.held["mistral"].causes == (Cause.KIND_UNREAD,)


# --- the fleet ------------------------------------------------------------------------------------------


def test_what_most_tenants_lose_at_once_stays_and_everybody_concerned_is_told() -> None:
    asking, lost = Asking(), everybodys()
    assert later(asking, DAY, *lost) == frozenset()
    assert {held.frozen for held in asking.last.held.values()} == {15}
    assert {held.causes for held in asking.last.held.values()} == {(Cause.WHOLE_FLEET,)}
    assert asking.last.held["mistral"].namespaces == ("research",)


def test_a_cancellation_long_after_the_loss_is_proven_as_ever() -> None:
    asking, lost, ours = Asking(), everybodys(), committed()
    later(asking, DAY, *lost)
    asking.gone(*lost, ours)
    assert asking.after(30, *lost, ours) == {UID}


def test_what_is_back_is_not_frozen_when_it_goes_again() -> None:
    asking, lost = Asking(), everybodys()
    later(asking, DAY, *lost)
    asking.show(lost)
    assert asking.gone(*lost) == frozenset()
    assert asking.last == Deletions()
    asking.cache.replace([], 100)
    asking.gone(lost[0])
    assert asking.after(30, lost[0]) == uids(lost[:1])


def test_one_released_tenant_leaves_the_others_frozen() -> None:
    asking, lost = Asking(), everybodys()
    later(asking, DAY, *lost)
    asking.released("mistral", in_seconds(asking, 60))
    assert asking.after(DAY / 24, *lost) == uids(promises(15))
    assert asking.last.held.keys() == {"anthropic", "chai"}


def test_a_replica_that_takes_over_freezes_the_same() -> None:
    asking, lost = Asking(), everybodys()
    later(asking, DAY, *lost)
    asking.proof = asking.another()
    asking.gone(*lost)
    assert {held.frozen for held in asking.last.held.values()} == {15}


def test_frozen_ones_are_asked_after_once_in_five_minutes() -> None:
    asking = Asking()
    asking.define(creationTimestamp=text_of(BORN + 1))
    asking.gone(committed())
    asking.after(3600, committed())
    assert asking.reads() == 13


# --- release --------------------------------------------------------------------------------------------


def test_a_release_ends_with_its_instant() -> None:
    asking = Asking()
    asking.define(creationTimestamp=text_of(BORN + 1))
    asking.released("mistral", in_seconds(asking, 25))
    assert later(asking, 25, committed()) == frozenset()
    assert asking.last.held["mistral"].frozen == 1


def test_a_release_needs_consistent_answers_like_every_cancellation() -> None:
    asking = Asking()
    asking.define(creationTimestamp=text_of(BORN + 1))
    asking.released("mistral", in_seconds(asking, 3600))
    asking.gone(committed())
    assert asking.after(25, committed()) == frozenset()
    assert asking.after(5, committed()) == {UID}


def test_a_release_shortens_no_patience_and_is_of_one_tenant() -> None:
    asking, gone = Asking(), promises(21)
    asking.released("mistral", in_seconds(asking, 3600))
    asking.gone(*gone)
    assert asking.after(295, *gone) == frozenset()
    assert asking.after(5, *gone) == uids(gone)


def test_an_annotation_that_is_not_obeyed_is_told_even_while_nothing_is_missing() -> None:
    asking = Asking()
    asking.released("mistral", "tomorrow")
    asking.gone()
    assert "not obeyed" in str(asking.last.held["mistral"].release)
