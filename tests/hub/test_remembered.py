"""A record is made once of the same documents, and anew of others."""

from __future__ import annotations

from dataclasses import replace

from tests.hub import documents

from holdfast.hub.remembered import Remembered
from holdfast.hub.snapshot_reader import HubDocuments, pools_of, promises_of, reservations_of

HUB = HubDocuments(
    pools=(documents.pool(),),
    promises=(documents.promise(),),
    reservations=(documents.reservation({"end": "2127-02-01T00:00:00Z"}),),
    namespaces={"research": {"holdfast.dev/tenant": "mistral"}},
)


def test_the_same_sources_give_the_same_record_and_others_another() -> None:
    known, one, two = Remembered(), [1], [2]
    first = known.of("key", (one, two), object)
    assert known.of("other", (one, two), object) is not first
    known.next_turn()
    assert known.of("key", (one, two), object) is first
    assert known.of("key", (one, list(two)), object) is not first
    assert known.of("key", (one,), object) is not first


def test_what_nobody_asked_for_in_a_turn_is_forgotten() -> None:
    known, source = Remembered(), [1]
    first = known.of("key", (source,), object)
    known.next_turn()
    known.next_turn()
    assert known.of("key", (source,), object) is not first


def everything(known: Remembered) -> list[object]:
    """Every record of the hub."""
    asks, _ = reservations_of(HUB, known)
    return [*pools_of(HUB, known).values(), *promises_of(HUB, known).values(), *asks.values()]


def test_a_turn_makes_no_record_of_what_has_not_changed() -> None:
    known = Remembered()
    before = everything(known)
    known.next_turn()
    assert list(map(id, everything(known))) == list(map(id, before))
    assert len(before) == 3


def test_a_pool_is_read_anew_when_its_site_falls_silent() -> None:
    known = Remembered()
    (heard,) = pools_of(HUB, known).values()
    known.next_turn()
    (silent,) = pools_of(replace(HUB, silent=frozenset({heard.datacenter})), known).values()
    assert (heard.reachable, silent.reachable) == (True, False)


def test_a_reservation_is_read_anew_when_its_namespace_gets_another_label() -> None:
    known = Remembered()
    (before,) = reservations_of(HUB, known)[0].values()
    known.next_turn()
    other = replace(HUB, namespaces={"research": {"holdfast.dev/tenant": "anthropic"}})
    (after,) = reservations_of(other, known)[0].values()
    assert (before.tenant, after.tenant) == ("mistral", "anthropic")
