"""Apply as if the world moved: between deciding and writing it does, and nothing is overwritten or told in error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.simulation.hub import POOLS, Planner, contested, ledger, promise, reservation, rest
from tests.simulation.storage import Document, Place, with_metadata

from holdfast.api.reasons import Reason
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.errors import Stale
from holdfast.hub.apply import Apply, Outcome
from holdfast.hub.calls_in_flight import InFlight
from holdfast.hub.record_reader import promise_of
from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import Promise, PromiseState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import LedgerWrite, PromiseWrite, RecordDelete, Told
from holdfast.planner.status.reservation import reservation_statuses

TRAIN = Place(kinds.CAPACITY_RESERVATION.group, kinds.CAPACITY_RESERVATION.plural, "mistral", "train")


def pool_at(name: str) -> Place:
    return Place(kinds.ACCELERATOR_POOL.group, kinds.ACCELERATOR_POOL.plural, "", name)


class Scene:
    """A hub on which mistral asks for two slices, one in each pool; what a planner decided on it, not yet written."""

    def __init__(self) -> None:
        self.hub = contested()
        self.store(TRAIN, spec={**reservation()["spec"], "count": 2})
        self.planner = Planner(self.hub, self.hub.server)
        self.snapshot = self.picture()
        self.plan: Plan = plan(self.snapshot)
        self.apply: Apply = self.planner.loop._apply

    def picture(self) -> Snapshot:
        """The hub as the planner sees it, its stores brought up to date."""
        self.planner.look()
        return self.planner.loop.look(int(self.planner.api.clock.now()))

    def store(self, place: Place, **parts: Any) -> Document:
        """Change a document as somebody else would."""
        return self.hub.server.storage.write(place, {**self.hub.server.storage.documents[place], **parts})

    def moves(self, place: Place) -> Document:
        """Somebody writes something harmless into an object."""
        found = self.hub.server.storage.documents[place]
        return self.store(
            place, metadata=with_metadata(found, annotations={"seen": "by somebody"})["metadata"]
        )

    def committed(self) -> tuple[Place, Promise]:
        """Write all that was decided; the promise object and what it says."""
        self.apply.steps(self.plan)
        self.planner.look()
        uid = self.hub.server.storage.documents[TRAIN]["metadata"]["uid"]
        (stored,) = self.planner.caches.promises.objects()
        place = Place(kinds.CAPACITY_PROMISE.group, kinds.CAPACITY_PROMISE.plural, "", uid)
        return place, promise_of(stored)

    def sent(self, method: str, plural: str) -> list[int]:
        """The places of calls of one kind in the order of all calls."""
        calls = enumerate(self.hub.server.requests)
        return [number for number, one in calls if one.method == method and f"/{plural}" in one.path]


def moved(scene: Scene, pool: str) -> None:
    scene.moves(pool_at(pool))


def moved_and_seen(scene: Scene, pool: str) -> None:
    scene.moves(pool_at(pool))
    scene.planner.look()


def refused(scene: Scene, pool: str) -> None:
    scene.hub.server.rules.append(
        lambda kind, _, new: (
            "no" if kind is kinds.ACCELERATOR_POOL and new and new["metadata"]["name"] == pool else None
        )
    )


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("lost", [moved, moved_and_seen, refused])
def test_a_commit_that_needs_two_ledgers_waits_where_one_of_them_was_lost(
    lost: Callable[[Scene, str], None], pool: str
) -> None:
    scene = Scene()
    lost(scene, pool)
    before = ledger(scene.hub, pool)
    outcome = scene.apply.steps(scene.plan)
    assert promise(scene.hub) is None
    assert outcome.written == [other for other in POOLS if other != pool]
    assert [*outcome.stale, *outcome.refused] == [pool]
    assert ledger(scene.hub, pool) == before
    scene.hub.server.rules.clear()
    rest(scene.hub)
    assert (promise(scene.hub) or {})["pools"] == dict.fromkeys(POOLS, 2)


def test_every_ledger_is_written_before_any_promise_that_rests_on_it() -> None:
    scene = Scene()
    scene.apply.steps(scene.plan)
    ledgers = scene.sent("PUT", kinds.ACCELERATOR_POOL.plural)
    (commit,) = scene.sent("POST", kinds.CAPACITY_PROMISE.plural)
    assert len(ledgers) == 2
    assert max(ledgers) < commit


def test_what_was_written_is_known_before_any_watch_tells_of_it() -> None:
    scene = Scene()
    scene.apply.steps(scene.plan)
    pools, promises = scene.planner.caches.pools.objects(), scene.planner.caches.promises
    assert {one.status.epoch for one in pools if one.status} == {scene.snapshot.epoch}
    (known,) = map(promise_of, promises.objects())
    swap = PromiseWrite(replace(known, round=known.round + 1), known.resource_version)
    scene.apply.steps(Plan(promises=(swap,)))
    assert [one.spec.round for one in promises.objects()] == [known.round + 1]


@pytest.mark.parametrize("seen", [False, True], ids=["the cache is behind", "the cache knows"])
def test_a_promise_object_that_moved_is_not_swapped(seen: bool) -> None:
    scene = Scene()
    place, known = scene.committed()
    stored = scene.moves(place)
    if seen:
        scene.planner.look()
    told = Told(Reason.AMENDED, "never")
    swap = PromiseWrite(replace(known, round=known.round + 1), known.resource_version, told=told)
    outcome = scene.apply.steps(Plan(promises=(swap,)))
    assert outcome.stale == ["mistral/train"]
    assert scene.hub.server.storage.documents[place] == stored
    assert list(scene.hub.server.storage.within(kinds.EVENT.group, kinds.EVENT.plural, "")) == []


def test_a_promise_object_that_somebody_has_made_already_is_not_taken_for_ours() -> None:
    scene = Scene()
    place, _ = scene.committed()
    stored = scene.hub.server.storage.documents[place]
    outcome = scene.apply.steps(
        Plan(promises=tuple(replace(one, needs=frozenset()) for one in scene.plan.promises))
    )
    assert (outcome.written, outcome.stale) == ([], ["mistral/train"])
    assert scene.hub.server.storage.documents[place] == stored


def test_after_a_commit_the_reservation_is_read_again_so_that_a_change_is_seen() -> None:
    scene = Scene()
    spec = scene.hub.server.storage.documents[TRAIN]["spec"]
    scene.store(TRAIN, spec={**spec, "count": 1})
    scene.apply.steps(scene.plan)
    seen = scene.planner.caches.reservations.get("train", "mistral")
    assert seen is not None
    assert seen.spec.count == 1


def test_after_a_commit_nothing_is_read_that_the_watch_has_seen_since() -> None:
    scene = Scene()
    scene.planner.caches.reservations.advance(1_000)
    scene.hub.server.requests.clear()
    scene.apply.steps(scene.plan)
    assert "GET" not in {request.method for request in scene.hub.server.requests}


@pytest.mark.parametrize(
    "seen", [pytest.param(False, id="the cache shows the former"), pytest.param(True, id="the successor")]
)
def test_words_for_a_reservation_are_not_written_to_a_successor_of_the_same_name(seen: bool) -> None:
    scene = Scene()
    scene.committed()
    said = list(reservation_statuses(scene.picture(), {}))
    assert [one.reservation.label for one in said] == ["mistral/train"]
    scene.hub.server.storage.erase(TRAIN)
    scene.hub.server.add(kinds.CAPACITY_RESERVATION, reservation())
    if seen:
        scene.planner.look()
    outcome = Outcome()
    scene.apply.statuses(said, outcome)
    assert outcome.written == []
    assert "status" not in scene.hub.server.storage.documents[TRAIN]


def test_a_step_that_no_table_allows_never_leaves_the_process() -> None:
    scene = Scene()
    place, known = scene.committed()
    rest(scene.hub)
    pools = scene.picture().pools
    dropped = LedgerWrite(
        POOLS[0], pools[POOLS[0]].resource_version, replace(pools[POOLS[0]].ledger, entries={})
    )
    undone = replace(known, state=PromiseState.NONE, round=known.round + 1, attempt="")
    scene.hub.server.requests.clear()
    outcome = scene.apply.steps(Plan((dropped,), (PromiseWrite(undone, known.resource_version),)))
    assert sorted(outcome.refused) == [POOLS[0], "mistral/train"]
    assert scene.hub.server.requests == []
    assert scene.hub.server.storage.documents[place]["spec"]["state"] == "Committed"


def test_a_record_that_moved_is_not_deleted() -> None:
    scene = Scene()
    place, known = scene.committed()
    scene.moves(place)
    scene.planner.look()
    outcome = scene.apply.steps(Plan(deletes=(RecordDelete(known.uid, known.resource_version),)))
    assert outcome.stale == [known.uid]
    assert place in scene.hub.server.storage.documents


def test_a_pool_that_moved_is_not_rehearsed_so_that_nobody_is_blamed_for_it() -> None:
    scene = Scene()
    write = scene.plan.ledgers[0]
    assert scene.apply.rehearse(write)
    moved_and_seen(scene, write.pool)
    with pytest.raises(Stale):
        scene.apply.rehearse(write)


def test_a_machine_that_slept_commits_nothing_once_the_first_reply_has_told_the_time() -> None:
    scene = Scene()
    scene.hub.server.time = lambda: scene.hub.time.epoch() + 3600
    outcome = scene.apply.steps(scene.plan)
    assert outcome.written == list(POOLS)
    assert outcome.stale == ["mistral/train"]
    assert (
        list(scene.hub.server.storage.within(kinds.CAPACITY_PROMISE.group, kinds.CAPACITY_PROMISE.plural, ""))
        == []
    )


@pytest.mark.parametrize(("left", "written"), [(1, True), (0, False), (-20, False)])
def test_a_window_that_has_begun_meanwhile_is_not_moved(left: int, written: bool) -> None:
    scene = Scene()
    place, known = scene.committed()
    too_late = int(scene.planner.api.clock.now()) + left
    swap = PromiseWrite(replace(known, round=known.round + 1), known.resource_version, before=too_late)
    outcome = scene.apply.steps(Plan(promises=(swap,)))
    assert (outcome.written, outcome.stale) == (
        (["mistral/train"], []) if written else ([], ["mistral/train"])
    )
    assert scene.hub.server.storage.documents[place]["spec"]["round"] == known.round + written


def test_of_two_promises_of_one_label_only_the_refused_one_is_blamed() -> None:
    scene = Scene()
    _, known = scene.committed()
    undone = replace(known, state=PromiseState.NONE, round=known.round + 1, attempt="")
    former = replace(known, uid="00000000-0000-4000-8000-00000000dead", round=known.round + 1)
    swaps = (PromiseWrite(undone, known.resource_version), PromiseWrite(former, "1"))
    outcome = scene.apply.steps(Plan(promises=swaps))
    assert outcome.stale == ["mistral/train"]
    assert list(outcome.blamed) == [known.uid]


def test_ledgers_written_together_are_all_written_before_any_promise() -> None:
    scene = Scene()
    scene.apply._together = InFlight()
    outcome = scene.apply.steps(scene.plan)
    assert outcome.written == [*POOLS, "mistral/train"]
    (commit,) = scene.sent("POST", kinds.CAPACITY_PROMISE.plural)
    assert max(scene.sent("PUT", kinds.ACCELERATOR_POOL.plural)) < commit
