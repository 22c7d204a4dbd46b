"""A reservation is gone once consistent reads have said so for long enough; each of the four rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from tests.hub import documents
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.api.door import dump
from holdfast.api.promise import CapacityPromise
from holdfast.cluster.cache.store import ChangeSignal, Store
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.cluster.transport.http import Reply, Request, Unanswered
from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION
from holdfast.cluster.transport.retries import ONE_TRY
from holdfast.hub.deletion_proof import MANY_AT_LEAST, DeletionProof

UID = documents.UID


@dataclass
class Way:
    """The way to the server, which may be down."""

    server: ApiServer
    down: bool = False

    def call(self, request: Request) -> Reply:
        if self.down:
            raise Unanswered("down", sent=False)
        return self.server.call(request)

    def stream(self, request: Request) -> Iterator[bytes]:
        return self.server.stream(request)


@dataclass
class Asking:
    """A server, a cache that shows nothing, and one who asks after promises' reservations."""

    time: SimulatedTime = field(default_factory=SimulatedTime)

    def __post_init__(self) -> None:
        self.server = ApiServer(self.time.epoch)
        self.way = Way(self.server)
        self.cache = Store(RESERVATIONS, ChangeSignal())
        self.proof = DeletionProof(
            simulated_api(self.way, self.time, ONE_TRY), self.time.monotonic, patience=30.0
        )

    def gone(self, *promises: CapacityPromise) -> frozenset[str]:
        return self.proof.gone(promises, self.cache)

    def after(self, seconds: float, *promises: CapacityPromise) -> frozenset[str]:
        """Ask every five seconds for so long; the last answer."""
        for _ in range(int(seconds // 5)):
            self.time.sleep(5)
            found = self.gone(*promises)
        return found

    def store(self) -> str:
        """Keep a reservation under the name; the uid the server gave it."""
        written = dump(documents.reservation({"end": "2127-02-01T00:00:00Z"}))
        written["metadata"] = {"name": "pretrain", "namespace": "research"}
        return str(self.server.add(CAPACITY_RESERVATION, written)["metadata"]["uid"])


def committed(uid: str = UID) -> CapacityPromise:
    made = documents.promise()
    spec = made.spec.model_copy(update={"state": "Committed", "cause": "", "ended_at": None})
    return made.model_copy(update={"spec": spec, "metadata": made.metadata.model_copy(update={"name": uid})})


def test_absence_in_the_cache_is_only_a_question() -> None:
    asking = Asking()
    living = committed(asking.store())
    assert asking.gone(living) == frozenset()
    assert asking.after(60, living) == frozenset()
    assert not asking.proof.pending


def test_it_is_gone_after_thirty_seconds_of_consistent_answers_and_not_before() -> None:
    asking = Asking()
    assert asking.gone(committed()) == frozenset()
    assert asking.after(25, committed()) == frozenset()
    assert asking.after(5, committed()) == {UID}


def test_any_other_answer_starts_the_count_anew() -> None:
    asking = Asking()
    asking.gone(committed())
    asking.after(25, committed())
    asking.way.down = True
    asking.after(5, committed())
    asking.way.down = False
    assert asking.after(30, committed()) == frozenset()
    assert asking.after(5, committed()) == {UID}


def test_a_successor_of_the_same_name_proves_it_gone_as_well() -> None:
    asking = Asking()
    assert asking.store() != UID
    asking.gone(committed())
    assert asking.after(30, committed()) == {UID}


def test_a_replica_that_has_just_taken_over_counts_from_its_own_first_read() -> None:
    asking = Asking()
    asking.gone(committed())
    asking.after(30, committed())
    follower = DeletionProof(simulated_api(asking.server, asking.time), asking.time.monotonic, patience=30.0)
    assert follower.gone([committed()], asking.cache) == frozenset()


@pytest.mark.parametrize(("many", "suspicious"), [(MANY_AT_LEAST, False), (MANY_AT_LEAST + 1, True)])
def test_very_many_gone_at_once_are_nobody(many: int, suspicious: bool) -> None:
    asking = Asking()
    promises = [committed(f"{number:08d}-1111-4111-8111-111111111111") for number in range(many)]
    asking.gone(*promises)
    assert (asking.after(30, *promises) == frozenset()) is suspicious
    assert asking.proof.suspicious is suspicious


def test_only_living_promises_are_asked_after() -> None:
    asking = Asking()
    asking.gone(documents.promise())
    assert not asking.proof.pending
