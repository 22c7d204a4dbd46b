"""What tenants do to a world: one function each, its ways chosen by a number."""

from __future__ import annotations

from random import Random  # noqa: TID251 - seeded, and only here
from typing import Any

import msgspec
from tests.simulation.lifetimes.checks import TENANTS
from tests.simulation.lifetimes.hosts import break_for_good
from tests.simulation.lifetimes.world import World
from tests.simulation.storage import Document

from holdfast.api.ledger import EMPTY
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.http import MERGE_PATCH, Reply, Request
from holdfast.cluster.transport.paths import Path
from holdfast.hardware.instants import text_of
from holdfast.hardware.names import NO_RESERVATION, RESERVATION_TAINT

NAMES = tuple((f"{tenant}-lab", f"job-{letter}") for tenant in TENANTS for letter in "xy")
KEPT = "example.com/keep"
KUBELET = "example.com/kubelet"
"""What keeps a pod that is ending, as its containers would."""


def send(world: World, who: str, method: str, path: Path, body: Document | None = None) -> Reply:
    """A person's call to the hub."""
    content = None if body is None else msgspec.json.encode(body)
    return world.net.carry(who, world.hub, Request(method, str(path), (), content, MERGE_PATCH))


def living(world: World) -> list[Document]:
    """The reservations that nobody has deleted, by name."""
    stored = world.hub.storage.within(kinds.CAPACITY_RESERVATION.group, kinds.CAPACITY_RESERVATION.plural, "")
    return [each for each in stored if "deletionTimestamp" not in each["metadata"]]


def _path(document: Document) -> Path:
    meta = document["metadata"]
    return Path.of(kinds.CAPACITY_RESERVATION, meta["namespace"], meta["name"])


def some_window(chance: Random, now: int) -> dict[str, Any]:
    """A fixed or flexible window of one to some minutes."""
    length = chance.choice((20, 60, 60, 120, 400))
    start = now + chance.choice((0, 15, 30, 60, 120))
    return chance.choice(
        (
            {"end": text_of(now + length)},
            {"start": text_of(start), "end": text_of(start + length)},
            {"durationSeconds": length},
            {
                "durationSeconds": length,
                "earliestStart": text_of(start),
                "latestEnd": text_of(start + 3 * length),
            },
        )
    )


def some_intervals(chance: Random, now: int, count: int) -> Document:
    """A ramp, whose intervals follow one another, or a series with pauses; now and then one by the clock on the wall.

    Seldom of two days: a lease is renewed all the time between them, which costs as much as thirty lives.
    """
    if chance.random() < 0.2:
        minute, days = text_of(now + 120)[11:16], chance.choice((1,) * 19 + (2,))
        return {"recurrence": {"startTime": minute, "timeZone": "UTC", "count": days, "durationSeconds": 60}}
    ramp, at, intervals = chance.random() < 0.5, now + chance.choice((0, 15, 60)), list[Document]()
    for _ in range(chance.choice((2, 2, 3, 4))):
        lasting = chance.choice((20, 60, 120))
        one: Document = {"start": text_of(at), "end": text_of(at + lasting)}
        intervals.append({**one, "count": chance.randint(1, count)} if ramp else one)
        at += lasting + (0 if ramp else chance.choice((10, 60, 200)))
    return {"intervals": intervals}


def some_wish(chance: Random, now: int) -> Document:
    """The spec of a reservation of a few cubes."""
    spec: Document = {
        "acceleratorType": "tpu7x",
        "topology": chance.choice(("4x4x4", "4x4x4", "4x4x8")),
        "count": chance.choice((1, 1, 2, 3)),
        "window": some_window(chance, now),
    }
    if chance.random() < 0.3:
        spec["placement"] = {"acrossDatacenters": "Allow"}
    if chance.random() < 0.3:
        spec["minCount"] = 1
    return spec


def ask(world: World, _who: int, n: int) -> None:
    """A tenant asks, unless all of its names are taken."""
    chance = Random(n)
    namespace, name = chance.choice(NAMES)
    asks(world, namespace, name, some_wish(chance, int(world.time.epoch())))


def series(world: World, _who: int, n: int) -> None:
    """A tenant asks for several intervals, unless all of its names are taken."""
    chance, now = Random(n), int(world.time.epoch())
    namespace, name = chance.choice(NAMES)
    spec = some_wish(chance, now)
    spec.pop("minCount", None)
    asks(world, namespace, name, {**spec, "window": some_intervals(chance, now, spec["count"])})


def together(world: World, _who: int, n: int) -> None:
    """A tenant asks for slices that may lie at both sites and open together, unless all of its names are taken."""
    chance, now = Random(n), int(world.time.epoch())
    namespace, name = chance.choice(NAMES)
    spec = {**some_wish(chance, now), "topology": "4x4x4", "count": chance.choice((2, 3, 3))}
    spec.pop("minCount", None)
    if chance.random() < 0.3:
        spec["window"] = some_intervals(chance, now, spec["count"])
    asks(world, namespace, name, {**spec, "placement": {"acrossDatacenters": "Atomic"}})


def asks(world: World, namespace: str, name: str, spec: Document) -> Reply:
    """A tenant creates a reservation."""
    document = {
        "apiVersion": "holdfast.dev/v1alpha1",
        "kind": "CapacityReservation",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }
    return send(world, namespace, "POST", Path.of(kinds.CAPACITY_RESERVATION, namespace), document)


def amend(world: World, who: int, n: int) -> None:
    """A tenant changes count or window, up or down, or only postpones."""
    chance, there = Random(n), living(world)
    if not there:
        return
    found = there[who % len(there)]
    now = int(world.time.epoch())
    change: Document = {}
    if chance.random() < 0.7:
        change["count"] = chance.choice((1, 1, 2, 3))
    if chance.random() < 0.6:
        fresh = some_window(chance, now)
        change["window"] = {key: fresh.get(key) for key in {**found["spec"]["window"], **fresh}}
    if found["spec"].get("minCount", 1) > change.get("count", found["spec"]["count"]):
        change["minCount"] = None
    amends(world, found["metadata"]["namespace"], found["metadata"]["name"], change)


def reshape(world: World, who: int, n: int) -> None:
    """A tenant wants other intervals, or intervals where it had one window."""
    chance, there = Random(n), living(world)
    if not there:
        return
    found = there[who % len(there)]
    count = chance.choice((1, 2, 3))
    fresh = some_intervals(chance, int(world.time.epoch()), count)
    window = {key: fresh.get(key) for key in {**found["spec"]["window"], **fresh}}
    meta = found["metadata"]
    amends(world, meta["namespace"], meta["name"], {"count": count, "window": window, "minCount": None})


def amends(world: World, namespace: str, name: str, change: Document) -> None:
    """A tenant changes some fields of a reservation."""
    send(world, namespace, "PATCH", Path.of(kinds.CAPACITY_RESERVATION, namespace, name), {"spec": change})


def terms(world: World, who: int, n: int) -> None:
    """A tenant says what is to be done with its failed units, and may agree to swaps of what it has, or had."""
    chance, there = Random(n), living(world)
    if not there:
        return
    meta = there[who % len(there)]["metadata"]
    said: Document = {
        "policy": chance.choice((None, "Automatic", "AskFirst", "Never")),
        "minimumNoticeSeconds": chance.choice((0, 0, 15, 40)),
        "consents": [],
    }
    if chance.random() < 0.6:
        said["consents"] = _grants(world, meta["uid"])[: chance.choice((1, 1, 4))]
    amends(world, meta["namespace"], meta["name"], {"repair": said})


def strand(world: World, who: int, n: int) -> None:
    """One unit of a tenant that lets it be swapped fails for good: without a spare its slice moves, where it may.

    While nobody has a unit, somebody asks for one for a while instead.
    """
    chance = Random(n)
    held = [(one, units) for one in living(world) if (units := _grants(world, one["metadata"]["uid"])[:-1])]
    terms = {"policy": "Automatic", "minimumNoticeSeconds": chance.choice((0, 0, 15))}
    if not held:
        namespace, name = chance.choice(NAMES)
        window = {"end": text_of(int(world.time.epoch()) + 150)}
        place = chance.choice(({"datacenters": ["lake-mariner"]}, {"acrossDatacenters": "Allow"}))
        wish = {"acceleratorType": "tpu7x", "topology": "4x4x4", "count": 1, "placement": place}
        asks(world, namespace, name, {**wish, "window": window, "repair": terms})
        return
    found, units = held[who % len(held)]
    amends(world, found["metadata"]["namespace"], found["metadata"]["name"], {"repair": terms})
    one = chance.choice(units)
    break_for_good(world, one["pool"], one["unit"])


def _grants(world: World, uid: str) -> list[Document]:
    """The units in a reservation's hands, as a consent names them, and one that nobody has."""
    held = [
        {"pool": name, "unit": unit, "grant": grant.grant}
        for name, pool in world.truth.pools.items()
        for unit, grant in (pool.status or EMPTY).units.items()
        if grant.promise == uid
    ]
    return [*held, {"pool": "abernathy.tpu7x-z", "unit": "cube-9", "grant": 1}]


def cancels(world: World, namespace: str, name: str) -> None:
    """A tenant deletes a reservation."""
    send(world, namespace, "DELETE", Path.of(kinds.CAPACITY_RESERVATION, namespace, name), {})


def cancel(world: World, who: int, _n: int) -> None:
    """A tenant deletes a reservation."""
    there = living(world)
    if there:
        meta = there[who % len(there)]["metadata"]
        cancels(world, meta["namespace"], meta["name"])


def again(world: World, who: int, n: int) -> None:
    """A tenant deletes a reservation and asks for it anew, perhaps for fewer."""
    there = living(world)
    if not there:
        return
    found = there[who % len(there)]
    meta = found["metadata"]
    send(world, meta["namespace"], "DELETE", _path(found), {})
    spec = {**found["spec"], "count": 1 + n % found["spec"]["count"]}
    asks(world, meta["namespace"], meta["name"], spec)


def keep(world: World, who: int, _n: int) -> None:
    """Somebody's finalizer keeps a reservation that its tenant deletes; a later one of these lets it go."""
    stored = world.hub.storage.within(kinds.CAPACITY_RESERVATION.group, kinds.CAPACITY_RESERVATION.plural, "")
    for waiting in stored:
        if "deletionTimestamp" in waiting["metadata"]:
            send(world, "finalizer", "PATCH", _path(waiting), {"metadata": {"finalizers": None}})
            return
    there = living(world)
    if there:
        found = there[who % len(there)]
        send(world, "finalizer", "PATCH", _path(found), {"metadata": {"finalizers": [KEPT]}})
        send(world, found["metadata"]["namespace"], "DELETE", _path(found), {})


def pods(world: World, _who: int, _n: int) -> None:
    """Every tenant runs a pod on each node that is open to it; told to end, it takes its time."""
    for server in world.sites.values():
        for host in list(server.storage.within("", kinds.NODE.plural, "")):
            (holder,) = [t["value"] for t in host["spec"]["taints"] if t["key"] == RESERVATION_TAINT] or [""]
            tenant = _tenant_of(world, holder)
            name = f"work-{host['metadata']['name']}-{holder[-4:]}"
            if holder == NO_RESERVATION or tenant is None or server.find(kinds.POD, name, tenant) is not None:
                continue
            labels = {"runs-for": holder}
            body = {
                "metadata": {"name": name, "namespace": tenant, "labels": labels, "finalizers": [KUBELET]}
            }
            server.add(kinds.POD, {**body, "spec": {"nodeName": host["metadata"]["name"]}})


def _tenant_of(world: World, uid: str) -> str | None:
    promise = world.truth.promises.get(uid)
    return None if promise is None else promise.spec.tenant
