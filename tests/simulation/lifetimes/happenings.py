"""What tenants, platform engineers and fate do to a world: one function each, its ways chosen by a number."""

from __future__ import annotations

from collections.abc import Callable
from random import Random  # noqa: TID251 - seeded, and only here
from typing import Any

import msgspec
from tests.simulation.api_server import ApiServer
from tests.simulation.lifetimes.birth import POOLS, SITES, contract, node, node_pool
from tests.simulation.lifetimes.checks import TENANTS
from tests.simulation.lifetimes.world import World
from tests.simulation.storage import Document, Place, with_metadata

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.http import MERGE_PATCH, Reply, Request
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.cluster.transport.paths import Path
from holdfast.hardware.instants import text_of
from holdfast.hardware.names import NO_RESERVATION, POOL_LABEL, RESERVATION_TAINT, TENANT_LABEL, datacenter_of

NAMES = tuple((f"{tenant}-lab", f"job-{letter}") for tenant in TENANTS for letter in "xy")
KEPT = "example.com/keep"


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


# --- tenants -----------------------------------------------------------------------------------------------


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


def ask(world: World, _who: int, n: int) -> None:
    """A tenant asks, unless all of its names are taken."""
    chance = Random(n)
    namespace, name = chance.choice(NAMES)
    spec: Document = {
        "acceleratorType": "tpu7x",
        "topology": chance.choice(("4x4x4", "4x4x4", "4x4x8")),
        "count": chance.choice((1, 1, 2, 3)),
        "window": some_window(chance, int(world.time.epoch())),
    }
    if chance.random() < 0.3:
        spec["placement"] = {"acrossDatacenters": "Allow"}
    if chance.random() < 0.3:
        spec["minCount"] = 1
    asks(world, namespace, name, spec)


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


def amends(world: World, namespace: str, name: str, change: Document) -> None:
    """A tenant changes some fields of a reservation."""
    send(world, namespace, "PATCH", Path.of(kinds.CAPACITY_RESERVATION, namespace, name), {"spec": change})


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
    """Every tenant runs a pod on each node that is open to it."""
    for server in world.sites.values():
        for host in list(server.storage.within("", kinds.NODE.plural, "")):
            (holder,) = [t["value"] for t in host["spec"]["taints"] if t["key"] == RESERVATION_TAINT] or [""]
            tenant = _tenant_of(world, holder)
            name = f"work-{host['metadata']['name']}-{holder[-4:]}"
            if holder == NO_RESERVATION or tenant is None or server.find(kinds.POD, name, tenant) is not None:
                continue
            labels = {"runs-for": holder}
            body = {"metadata": {"name": name, "namespace": tenant, "labels": labels}}
            server.add(kinds.POD, {**body, "spec": {"nodeName": host["metadata"]["name"]}})


def _tenant_of(world: World, uid: str) -> str | None:
    promise = world.truth.promises.get(uid)
    return None if promise is None else promise.spec.tenant


# --- fate --------------------------------------------------------------------------------------------------


def write(server: ApiServer, kind: ServedKind, document: Document, **parts: Any) -> None:
    """Change a stored document as its owner does, whatever guards it."""
    meta = document["metadata"]
    place = Place(kind.group, kind.plural, meta.get("namespace", ""), meta["name"])
    server.storage.write(place, {**document, **parts})


def _some_host(world: World, who: int) -> tuple[ApiServer, Document]:
    server = world.sites[SITES[who % len(SITES)]]
    hosts = list(server.storage.within("", kinds.NODE.plural, ""))
    return (server, hosts[who // 2 % len(hosts)]) if hosts else _some_host(world, who + 1)


def fail(world: World, who: int, _n: int) -> None:
    """A host is not ready."""
    _not_ready(world, *_some_host(world, who))


def fail_held(world: World) -> None:
    """The first host that is open to somebody, or else the first of all, is not ready."""
    (server,) = [
        each for each in world.sites.values() if list(each.storage.within("", kinds.NODE.plural, ""))
    ]
    hosts = list(server.storage.within("", kinds.NODE.plural, ""))
    held = [host for host in hosts if all(t["value"] != NO_RESERVATION for t in host["spec"]["taints"])]
    _not_ready(world, server, (held or hosts)[0])


def _not_ready(world: World, server: ApiServer, host: Document) -> None:
    world.journal.note("fate", f"{host['metadata']['name']} is not ready")
    write(server, kinds.NODE, host, status={"conditions": [{"type": "Ready", "status": "Unknown"}]})


def mend(world: World, who: int, _n: int) -> None:
    """A host is ready again."""
    server, host = _some_host(world, who)
    world.journal.note("fate", f"{host['metadata']['name']} is ready")
    write(server, kinds.NODE, host, status={"conditions": [{"type": "Ready", "status": "True"}]})


def replace(world: World, who: int, _n: int) -> None:
    """A host is repaired: the node is made anew, and its pods are gone."""
    server, host = _some_host(world, who)
    name, labels = host["metadata"]["name"], host["metadata"]["labels"]
    world.journal.note("fate", f"{name} is made anew")
    for pod in list(server.storage.within("", kinds.POD.plural, "")):
        if pod["spec"]["nodeName"] == name:
            server.storage.erase(
                Place("", kinds.POD.plural, pod["metadata"]["namespace"], pod["metadata"]["name"])
            )
    server.storage.erase(Place("", kinds.NODE.plural, "", name))
    unit = labels["holdfast.dev/unit"]
    server.add(kinds.NODE, node(labels[POOL_LABEL], unit, int(name[-1])))


# --- platform engineers ------------------------------------------------------------------------------------


def cordon(world: World, who: int, _n: int) -> None:
    """A host is closed to new pods by hand, or opened again."""
    server, host = _some_host(world, who)
    closed = not host["spec"].get("unschedulable", False)
    world.journal.note("engineer", f"{host['metadata']['name']} {'cordoned' if closed else 'uncordoned'}")
    write(server, kinds.NODE, host, spec={**host["spec"], "unschedulable": closed})


def _pool_name(world: World, who: int) -> str:
    there = [name for name in POOLS if world.hub.find(kinds.ACCELERATOR_POOL, name)]
    return there[who % len(there)]


def _declare(world: World, who: int, change: Callable[[Document], Document]) -> bool:
    name = _pool_name(world, who)
    found = world.hub.find(kinds.ACCELERATOR_POOL, name) or {}
    patch = {"spec": change(found["spec"])}
    return send(world, "engineer", "PATCH", Path.of(kinds.ACCELERATOR_POOL, "", name), patch).status == 200


def unit(world: World, who: int, n: int) -> None:
    """One more unit is declared, and its hosts come."""
    added = f"cube-{10 + n % 4}"
    pool = _pool_name(world, who)
    declared = {"nodePool": node_pool(pool, 10 + n % 4)}
    if _declare(world, who, lambda _: {"units": {added: declared}}):
        server = world.sites[datacenter_of(pool)]
        for host in range(world.shape.hosts):
            fresh = node(pool, added, host)
            if server.find(kinds.NODE, fresh["metadata"]["name"]) is None:
                server.add(kinds.NODE, fresh)


def _of_a_unit(world: World, who: int, n: int, change: Document) -> None:
    def one(spec: Document) -> Document:
        names = sorted(spec["units"])
        return {"units": {names[n % len(names)]: change}}

    _declare(world, who, one)


def retire(world: World, who: int, n: int) -> None:
    """A unit is to be returned, or no longer."""
    _of_a_unit(world, who, n, {"retiring": bool(n >> 4 & 1)})


def dates(world: World, who: int, n: int) -> None:
    """A unit's delivery or departure moves."""
    instant = text_of(int(world.time.epoch()) + 40 * (1 + n % 5))
    field = "availableFrom" if n >> 4 & 1 else "retiredBy"
    _of_a_unit(world, who, n, {field: None if n >> 5 & 1 else instant})


def spares(world: World, who: int, n: int) -> None:
    """The number of spares changes."""
    _declare(world, who, lambda _: {"spares": {"count": n % 2}})


def entitle(world: World, who: int, n: int) -> None:
    """A contract changes."""
    tenant = TENANTS[who % len(TENANTS)]
    spec = contract(tenant, (64, 128, 100_000)[n % 3])
    send(world, "engineer", "PATCH", Path.of(kinds.TENANT, "", tenant), {"spec": spec})


def label(world: World, who: int, _n: int) -> None:
    """A namespace is made without its tenant's label, or gets it back."""
    tenant = TENANTS[who % len(TENANTS)]
    found = world.hub.find(kinds.NAMESPACE, f"{tenant}-lab") or {}
    labels = None if found["metadata"].get("labels") else {TENANT_LABEL: tenant}
    world.journal.note("engineer", f"namespace {tenant}-lab {'gets' if labels else 'loses'} its label")
    write(world.hub, kinds.NAMESPACE, with_metadata(found, labels=labels))


HAPPENINGS: dict[str, Callable[[World, int, int], None]] = {
    each.__name__: each
    for each in (
        ask, amend, cancel, again, keep, pods, fail, mend, replace, cordon, unit, retire, dates, spares, entitle, label,
    )
}  # fmt: skip
