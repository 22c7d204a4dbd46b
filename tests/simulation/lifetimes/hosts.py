"""What fate does to the hosts of a site: one function each, the host chosen by a number."""

from __future__ import annotations

from typing import Any

from tests.simulation.api_server import ApiServer
from tests.simulation.lifetimes.birth import SITES, node
from tests.simulation.lifetimes.world import World
from tests.simulation.storage import Document, Place

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.hardware.names import NO_RESERVATION, POOL_LABEL, UNIT_LABEL, datacenter_of


def write(server: ApiServer, kind: ServedKind, document: Document, **parts: Any) -> None:
    """Change a stored document as its owner does, whatever guards it."""
    meta = document["metadata"]
    place = Place(kind.group, kind.plural, meta.get("namespace", ""), meta["name"])
    server.storage.write(place, {**document, **parts})


def some_host(world: World, who: int) -> tuple[ApiServer, Document]:
    server = world.sites[SITES[who % len(SITES)]]
    hosts = list(server.storage.within("", kinds.NODE.plural, ""))
    return (server, hosts[who // 2 % len(hosts)]) if hosts else some_host(world, who + 1)


def fail(world: World, who: int, n: int) -> None:
    """A host is not ready; in one case of three it cannot heal."""
    _not_ready(world, *some_host(world, who), lasting=n % 3 == 0)


def fail_held(world: World) -> None:
    """The first ready host that is open to somebody, or else the first of all, is not ready."""
    (server,) = [
        each for each in world.sites.values() if list(each.storage.within("", kinds.NODE.plural, ""))
    ]
    hosts = list(server.storage.within("", kinds.NODE.plural, ""))
    ready = [host for host in hosts if host["status"]["conditions"][0]["status"] == "True"]
    held = [host for host in ready if all(t["value"] != NO_RESERVATION for t in host["spec"]["taints"])]
    _not_ready(world, server, (held or hosts)[0], lasting=True)


def break_for_good(world: World, pool: str, unit: str) -> None:
    """Every host of one unit is not ready, and none of them can heal."""
    server = world.sites[datacenter_of(pool)]
    for host in list(server.storage.within("", kinds.NODE.plural, "")):
        labels = host["metadata"]["labels"]
        if (labels.get(POOL_LABEL), labels.get(UNIT_LABEL)) == (pool, unit):
            _not_ready(world, server, host, lasting=True)


def _not_ready(world: World, server: ApiServer, host: Document, lasting: bool) -> None:
    world.journal.note("fate", f"{host['metadata']['name']} is not ready{', for good' * lasting}")
    said = [{"type": "Ready", "status": "Unknown"}, {"type": "KernelDeadlock", "status": str(lasting)}]
    write(server, kinds.NODE, host, status={"conditions": said})


def mend(world: World, who: int, _n: int) -> None:
    """A host is ready again."""
    server, host = some_host(world, who)
    world.journal.note("fate", f"{host['metadata']['name']} is ready")
    write(server, kinds.NODE, host, status={"conditions": [{"type": "Ready", "status": "True"}]})


def replace(world: World, who: int, _n: int) -> None:
    """A host is repaired: the node is made anew, and its pods are gone."""
    server, host = some_host(world, who)
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
