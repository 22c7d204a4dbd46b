"""A record is made once of the same documents, and anew of others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.hub import documents

from holdfast.cluster.transport.objects import by_key
from holdfast.hub.remembered import Remembered
from holdfast.hub.snapshot_reader import HubDocuments, HubRecords, SnapshotReader

WINDOW = {"end": "2127-02-01T00:00:00Z"}
HUB = HubDocuments(
    pools=(documents.pool(),),
    tenants=(documents.tenant(),),
    promises=by_key([documents.promise()]),
    reservations=by_key([documents.reservation(WINDOW)]),
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


def everything(read: HubRecords) -> list[object]:
    """Every record of the hub."""
    return [*read.pools.values(), *read.promises.values(), *read.reservations.values()]


def test_a_turn_makes_no_record_of_what_has_not_changed() -> None:
    reader = SnapshotReader()
    before, after = reader.read(HUB), reader.read(HUB)
    assert list(map(id, everything(after))) == list(map(id, everything(before)))
    assert len(everything(before)) == 3
    assert after.promises is before.promises
    assert after.reservations is before.reservations


def test_a_document_that_says_the_same_as_before_is_no_news() -> None:
    reader = SnapshotReader()
    before = reader.read(HUB)
    again = replace(HUB, reservations=by_key([documents.reservation(WINDOW)]))
    assert list(map(id, reader.read(again).reservations.values())) == list(
        map(id, before.reservations.values())
    )


def test_a_pool_is_read_anew_when_its_site_falls_silent() -> None:
    reader = SnapshotReader()
    (heard,) = reader.read(HUB).pools.values()
    (silent,) = reader.read(replace(HUB, silent=frozenset({heard.datacenter}))).pools.values()
    assert (heard.reachable, silent.reachable) == (True, False)


def relabelled(tenant: str) -> dict[str, dict[str, str]]:
    return {"research": {"holdfast.dev/tenant": tenant}}


def test_what_lies_in_a_namespace_is_read_anew_when_it_gets_another_label() -> None:
    reader = SnapshotReader()
    (before,) = reader.read(HUB).reservations.values()
    read = reader.read(replace(HUB, namespaces=relabelled("anthropic")))
    (after,) = read.reservations.values()
    assert (before.tenant, after.tenant) == ("mistral", "anthropic")
    assert read.tenants["mistral"].namespaces == ()


def going(uid: str) -> Any:
    made = documents.reservation(WINDOW)
    meta = {"uid": uid, "deletion_timestamp": 5}
    return made.model_copy(update={"metadata": made.metadata.model_copy(update=meta)})


@pytest.mark.parametrize("uid", ["the same", "a successor's"])
def test_one_that_is_deleted_leaves_those_that_ask(uid: str) -> None:
    reader = SnapshotReader()
    old = next(iter(reader.read(HUB).reservations))
    uid = old if uid == "the same" else uid
    read = reader.read(replace(HUB, reservations=by_key([going(uid)])))
    assert (set(read.reservations), set(read.leaving)) == (set(), {uid})
    assert not reader.read(replace(HUB, reservations=by_key([]))).leaving
