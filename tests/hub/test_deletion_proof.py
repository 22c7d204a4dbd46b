"""A reservation is gone once consistent reads have said so for long enough: the rules, one after the other."""

from __future__ import annotations

import pytest
from tests.hub import documents
from tests.hub.asking import BORN, UID, Asking, committed, promises, uids

from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION
from holdfast.cluster.transport.objects import Broken, Identity
from holdfast.hub.deletion_proof import READS_PER_TURN
from holdfast.planner.state.deletions import HeldDeletions

HOUR = 3600


# --- rule 1: only a consistent read answers --------------------------------------------------------------


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


def test_a_successor_of_the_same_name_proves_it_gone_as_well() -> None:
    asking = Asking()
    assert asking.store() != UID
    asking.gone(committed())
    assert asking.after(30, committed()) == {UID}


def test_one_that_a_finalizer_keeps_is_cancelled_like_any_other_and_stays_so() -> None:
    asking = Asking()
    leaving = committed(asking.store(finalizers=["example.com/mine"], deletionTimestamp=documents.BORN))
    asking.gone(leaving)
    assert asking.after(25, leaving) == frozenset()
    assert asking.after(5, leaving) == uids([leaving])
    assert [one.metadata.uid for one in asking.cache.objects()] == list(uids([leaving]))
    asking.time.sleep(3 * 24 * HOUR)
    assert asking.gone(leaving) == uids([leaving])


def test_only_living_promises_are_asked_after() -> None:
    asking = Asking()
    asking.gone(documents.promise())
    assert not asking.proof.pending


def test_one_that_the_cache_sees_and_cannot_read_is_not_missing() -> None:
    asking = Asking()
    asking.cache.observe(
        Identity("research", "pretrain", UID, "12"), Broken(Identity("", "", UID, "12"), "odd")
    )
    assert asking.after(60, committed()) == frozenset()
    assert not asking.proof.pending


# --- rules 2 and 3: the count begins anew ----------------------------------------------------------------


def test_silence_starts_the_count_anew() -> None:
    asking = Asking()
    asking.gone(committed())
    asking.after(25, committed())
    asking.way.down = True
    asking.after(5, committed())
    asking.way.down = False
    assert asking.after(30, committed()) == frozenset()
    assert asking.after(5, committed()) == {UID}


def test_a_refusal_to_answer_starts_the_count_anew() -> None:
    asking = Asking()
    asking.gone(committed())
    asking.after(25, committed())
    asking.way.forbidden = CAPACITY_RESERVATION.plural
    asking.after(5, committed())
    asking.way.forbidden = ""
    assert asking.after(30, committed()) == frozenset()
    assert asking.after(5, committed()) == {UID}


def test_one_that_exists_and_cannot_be_read_is_not_gone() -> None:
    asking = Asking()
    broken = {"metadata": {"name": "pretrain", "namespace": "research"}, "spec": {"count": "many"}}
    asking.server.add(CAPACITY_RESERVATION, broken)
    assert asking.after(60, committed()) == frozenset()
    assert asking.proof.pending


def test_a_replica_that_has_just_taken_over_counts_from_its_own_first_read() -> None:
    asking = Asking()
    asking.gone(committed())
    asking.after(25, committed())
    asking.proof = asking.another()
    assert asking.after(30, committed()) == frozenset()
    assert asking.after(5, committed()) == {UID}


# --- rule 4: many of one tenant --------------------------------------------------------------------------


@pytest.mark.parametrize(("many", "patience"), [(20, 30), (21, 300)])
def test_more_than_twenty_of_one_tenant_take_ten_times_as_long_and_no_longer(
    many: int, patience: int
) -> None:
    asking, gone = Asking(), promises(many, born=BORN + 1)
    asking.define(creationTimestamp=documents.BORN)
    asking.gone(*gone)
    assert asking.after(patience - 5, *gone) == frozenset()
    told = {"mistral": HeldDeletions(questioned=21, namespaces=("research",))}
    assert asking.last.held == (told if many > 20 else {})
    assert asking.after(5, *gone) == uids(gone)


def test_a_tenth_of_what_a_large_tenant_has_is_not_many() -> None:
    asking, all_of_it = Asking(), promises(250)
    asking.show(all_of_it[25:])
    asking.gone(*all_of_it)
    assert asking.after(30, *all_of_it) == uids(all_of_it[:25])


def test_however_many_one_tenant_deletes_anothers_cancellation_takes_thirty_seconds() -> None:
    asking, theirs, ours = Asking(), promises(200), promises(1, "anthropic")
    asking.gone(*theirs, *ours)
    assert asking.after(30, *theirs, *ours) == uids(ours)
    assert asking.last.held.keys() == {"mistral"}


def test_many_are_asked_after_at_a_slower_pace() -> None:
    asking, gone = Asking(), promises(21)
    asking.gone(*gone)
    asking.after(295, *gone)
    assert asking.reads() == 21 * 6


# --- rule 7: reads ---------------------------------------------------------------------------------------


def test_a_single_question_is_asked_seven_times_and_the_definition_read_each_time() -> None:
    asking = Asking()
    asking.gone(committed())
    asking.after(30, committed())
    assert asking.reads("customresourcedefinitions") == 7
    asking.gone(committed())
    assert asking.reads() == 1


def test_nothing_is_read_while_nothing_is_missing_or_due() -> None:
    asking, living = Asking(), promises(2)
    asking.show(living)
    asking.gone(*living)
    asking.gone(committed())
    asking.reads()
    asking.gone(committed())
    assert asking.server.requests == []


def test_a_turn_reads_fifty_and_every_tenant_is_among_them() -> None:
    asking, theirs, ours = Asking(), promises(500), promises(1, "anthropic")
    asking.gone(*theirs, *ours)
    assert "/namespaces/anthropic/" in " ".join(one.path for one in asking.server.requests)
    assert asking.reads() == READS_PER_TURN == 50


def test_the_longest_unasked_comes_first_so_that_each_is_asked() -> None:
    asking, gone = Asking(), promises(2 * READS_PER_TURN)
    asking.gone(*gone)
    asking.after(5, *gone)
    assert asking.reads() == 2 * READS_PER_TURN
    asking.after(30, *gone)
    assert asking.reads() == 0
    assert asking.after(300, *gone) == uids(gone)


def test_more_tenants_than_reads_take_turns_from_turn_to_turn() -> None:
    asking = Asking()
    gone = [committed(f"{n:08d}-1111-4111-8111-111111111111", f"tenant-{n:03d}") for n in range(120)]
    for _ in range(3):
        asking.gone(*gone)
    asked = {one.path.split("/")[5] for one in asking.server.requests if "/namespaces/" in one.path}
    assert len(asked) == 120


def test_a_server_that_does_not_answer_is_asked_once_a_turn() -> None:
    asking, gone = Asking(), promises(20)
    asking.gone(*gone)
    asking.way.down, asking.way.calls = True, 0
    asking.after(5, *gone)
    assert asking.way.calls == 1


def test_a_server_that_falls_silent_among_the_questions_is_asked_no_further() -> None:
    asking, gone = Asking(), promises(20)
    asking.gone(*gone)
    asking.way.silent_from, asking.way.calls = 3, 0
    asking.after(5, *gone)
    assert asking.way.calls == 3
    asking.way.silent_from = 0
    assert asking.after(30, *gone) == uids(gone[:1])
    assert asking.after(5, *gone) == uids(gone[1:])
