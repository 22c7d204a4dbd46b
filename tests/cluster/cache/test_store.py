from __future__ import annotations

import threading
from typing import Any

import pytest

from holdfast.cluster.cache.store import ChangeSignal, Store
from holdfast.cluster.core_objects import NODES, Metadata, Node
from holdfast.cluster.transport.objects import Broken, Identity, Key


def node(name: Any = "a", version: Any = 1, uid: Any = "u", **labels: Any) -> Any:
    return Node(Metadata(name=name, uid=uid, resource_version=str(version), labels=labels))


def identity(name: Any = "a", version: Any = 1) -> Any:
    return Identity("", name, "u", str(version))


def listed(*nodes: Any) -> Any:
    return [(NODES.identify(one), one) for one in nodes]


@pytest.fixture
def store() -> Any:
    return Store(NODES, ChangeSignal())


def versions(store: Any) -> Any:
    return {one.metadata.name: one.metadata.resource_version for one in store.objects()}


@pytest.mark.parametrize(
    ("held", "offered", "kept"), [(1, 2, "2"), (2, 1, "2"), (2, 2, "2"), (9, 10, "10"), (10, 9, "10")]
)
def test_an_object_only_moves_forward_whoever_brings_it(
    store: Any, held: int, offered: int, kept: str
) -> None:
    for bring in (store.put, lambda one: store.observe(NODES.identify(one), one)):
        store.put(node(version=held))
        bring(node(version=offered))
        assert versions(store) == {"a": kept}


def test_a_late_reply_brings_no_deleted_object_back(store: Any) -> None:
    store.replace(listed(node(version=3)), 3)
    store.remove(identity(version=5))
    assert not store.put(node(version=4))
    assert store.objects() == ()


def test_a_late_reply_brings_nothing_back_that_a_list_no_longer_shows(store: Any) -> None:
    store.replace(listed(node(version=3)), 3)
    store.replace((), 5)
    assert not store.put(node(version=4))
    assert store.objects() == ()


def test_a_successor_known_from_our_own_write_survives_the_deletion_before_it(store: Any) -> None:
    store.replace(listed(node(version=3)), 3)
    store.put(node(version=6, uid="next"))
    store.remove(identity(version=5))
    assert versions(store) == {"a": "6"}


def test_a_new_list_implies_deletions(store: Any) -> None:
    store.replace(listed(node("a", 1), node("b", 2)), 2)
    assert store.replace(listed(node("b", 2)), 4) == {Key("", "a")}
    assert versions(store) == {"b": "2"}


def test_a_new_list_does_not_delete_or_age_what_was_written_after_it(store: Any) -> None:
    store.replace(listed(node("a", 1)), 2)
    store.put(node("a", 5))
    store.put(node("new", 6))
    assert store.replace(listed(node("a", 1)), 4) == frozenset()
    assert versions(store) == {"a": "5", "new": "6"}


def test_what_was_written_after_a_list_is_known_after_it_too(store: Any) -> None:
    store.put(node("a", 9))
    store.replace((), 5)
    assert not store.put(node("a", 7))
    assert versions(store) == {"a": "9"}


def test_an_older_list_is_refused_whole_until_one_can_be_followed(store: Any) -> None:
    store.replace(listed(node("a", 9)), 9)
    store.replace((), 4)
    assert (store.regressed, store.synced, versions(store)) == (True, False, {"a": "9"})
    store.replace(listed(node("a", 9)), 10)
    assert (store.regressed, store.synced) == (False, True)


def test_a_store_is_synced_by_its_first_list_and_not_by_writes(store: Any) -> None:
    store.put(node())
    assert not store.synced
    store.replace((), 1)
    assert store.synced


def test_an_unreadable_object_is_kept_beside_and_heals(store: Any) -> None:
    store.replace([*listed(node("good", 1)), (identity("bad", 2), Broken(identity("bad", 2), "why"))], 2)
    assert [one.identity.name for one in store.broken()] == ["bad"]
    assert (versions(store), store.get("bad")) == ({"good": "1"}, None)
    store.observe(identity("bad", 3), node("bad", 3))
    assert (store.broken(), versions(store)) == ((), {"bad": "3", "good": "1"})


def test_a_version_is_passed_when_it_or_a_later_one_has_been_seen(store: Any) -> None:
    store.replace(listed(node("a", 3)), 3)
    assert store.passed(identity("a", 3))
    assert not store.passed(identity("a", 5))
    store.put(node("a", 5))
    assert store.passed(identity("a", 5))
    store.advance(8)
    assert store.passed(identity("gone", 8))


def test_objects_come_in_order_of_their_names(store: Any) -> None:
    store.replace(listed(node("b", 1), node("c", 2), node("a", 3)), 3)
    assert list(versions(store)) == ["a", "b", "c"]
    assert store.get("b").metadata.name == "b"
    assert store.get("d") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.put(node(version=9)),
        lambda store: store.observe(identity(version=9), node(version=9)),
        lambda store: store.remove(identity(version=9)),
        lambda store: store.replace((), 9),
    ],
)
def test_a_change_rings_the_bell_once(change: Any) -> None:
    changes = ChangeSignal()
    change(Store(NODES, changes))
    assert changes.wait(0)
    assert not changes.wait(0)


def test_what_is_known_already_rings_no_bell() -> None:
    changes = ChangeSignal()
    store = Store(NODES, changes)
    store.put(node())
    changes.wait(0)
    store.put(node())
    store.advance(7)
    assert not changes.wait(0)


def test_writers_and_readers_may_be_in_different_threads(store: Any) -> None:
    def write(start: Any) -> None:
        for version in range(start, 1000, 4):
            store.put(node(f"n{version % 7}", version))

    threads = [threading.Thread(target=write, args=(start,)) for start in range(1, 5)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        store.objects()
    assert max(int(version) for version in versions(store).values()) == 999


def test_a_listener_hears_at_once_that_it_is_time_to_stop() -> None:
    changes, stop = ChangeSignal(), threading.Event()
    threading.Thread(target=changes.notify_at, args=(stop,), daemon=True).start()
    assert not changes.wait(0.01)
    stop.set()
    assert changes.wait(5)


def test_what_readers_hold_never_changes_and_follows_what_is_held(store: Any) -> None:
    store.replace(listed(node("a", 1), node("b", 2)), 2)
    before = store.records
    store.observe(identity("a", 3), Broken(identity("a", 3), "no JSON"))
    store.remove(identity("b", 4))
    store.put(node("c", 5))
    assert {key.name for key in before} == {"a", "b"}
    assert {key.name for key in store.records} == {"c"}
    assert [one.identity.name for one in store.broken()] == ["a"]
    store.observe(identity("a", 6), node("a", 6))
    assert (versions(store), store.broken()) == ({"a": "6", "c": "5"}, ())


def test_a_list_is_shown_whole_with_what_cannot_be_read_and_what_is_newer(store: Any) -> None:
    store.replace([(identity("a", 1), Broken(identity("a", 1), "no JSON")), *listed(node("b", 2))], 2)
    store.put(node("c", 7))
    store.replace([(identity("b", 4), Broken(identity("b", 4), "no JSON")), *listed(node("a", 3))], 4)
    assert versions(store) == {"a": "3", "c": "7"}
    assert [one.identity.name for one in store.broken()] == ["b"]
