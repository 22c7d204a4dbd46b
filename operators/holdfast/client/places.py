"""Which hosts a reservation has at each of its datacenters, read with the rights of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from holdfast.client.reading import Fields
from holdfast.client.told import Access
from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kinds import RESERVED_HOSTS
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.ways import Way, document_of

PAGE = 500


@dataclass(frozen=True, slots=True)
class Host:
    """One host: Healthy, Degraded or Unhealthy, and which condition or label of its node says so."""

    name: str
    health: str
    source: str
    says: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: a cube, an NVL72 domain, a host. `replaces`: the failed unit it stands in for."""

    pool: str
    name: str
    health: str
    ready: int
    expected: int
    delivered: datetime
    hosts: tuple[Host, ...]
    slice: str = ""
    domain: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One datacenter of a reservation. `unread` says why its units are not known; empty where they are."""

    access: Access
    units: tuple[Unit, ...] = ()
    unread: str = ""


def units_at(site: Way, namespace: str, reservation: str) -> tuple[Unit, ...]:
    """What a datacenter tells of a reservation (namespace/name at the hub), by pool and unit. Raises ClusterError."""
    found = (_unit(one.inner("spec")) for one in _listed(site, namespace, reservation))
    return tuple(sorted(found, key=lambda unit: (unit.pool, unit.name)))


def _listed(site: Way, namespace: str, reservation: str) -> Iterator[Fields]:
    """Every page of the list."""
    asked = (("fieldSelector", f"spec.reservation={reservation}"), ("limit", str(PAGE)))
    position: tuple[tuple[str, str], ...] = ()
    while True:
        request = Request("GET", str(Path.of(RESERVED_HOSTS, namespace)), (*asked, *position))
        page = fields_of(request, site.ask(request).body)
        yield from page.each("items")
        token = page.inner("metadata").text("continue", "")
        if not token:
            return
        position = (("continue", token),)


def fields_of(request: Request, body: bytes) -> Fields:
    """A reply's document. Raises Undecodable for what is none."""
    return Fields(str(request), document_of(request, body))


def _unit(spec: Fields) -> Unit:
    delivered = spec.inner("delivered")
    return Unit(
        pool=spec.text("pool"),
        name=spec.text("unit"),
        health=spec.text("health"),
        ready=spec.number("ready"),
        expected=spec.number("expected"),
        delivered=delivered.instant("since"),
        hosts=tuple(map(_host, spec.each("hosts"))),
        slice=spec.inner("slice").text("name", ""),
        domain=spec.text("domain", ""),
        replaces=delivered.text("replaces", ""),
    )


def _host(one: Fields) -> Host:
    return Host(one.text("name"), one.text("health"), one.text("source"), one.text("says", ""))
