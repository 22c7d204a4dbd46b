"""A world in the form in which an API server sends it: pages of documents in bytes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from holdfast.api.door import dump
from holdfast.cluster.client import PAGE
from holdfast.hardware.instants import text_of
from holdfast.hub.document_writer import ledger_document, promise_document
from holdfast.planner.state.ledger import GrantState, Promise
from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot, Tenant

Document = dict[str, Any]
HOSTS = 16


class Sent(NamedTuple):
    """A page of one kind's collection, as bytes."""

    plural: str
    body: bytes


def pages(snapshot: Snapshot) -> Iterator[Sent]:
    """Every collection the planner reads, page by page as its reflectors ask for them."""
    collections: tuple[tuple[str, Iterable[Document]], ...] = (
        ("acceleratorpools", map(pool_document, snapshot.pools.values())),
        ("poolreports", map(report_document, snapshot.pools.values())),
        ("datacenters", map(site_document, snapshot.sites)),
        ("tenants", map(_tenant, snapshot.tenants.values())),
        ("capacitypromises", map(_promise, snapshot.promises.values())),
        ("capacityreservations", map(reservation_document, snapshot.reservations.values())),
    )
    for plural, documents in collections:
        rest = iter(documents)
        while page := list(itertools.islice(rest, PAGE)):
            yield Sent(plural, msgspec.json.encode({"metadata": {"resourceVersion": "9"}, "items": page}))


def pool_document(pool: Pool) -> Document:
    """A pool with its ledger."""
    spec = {
        "datacenter": pool.datacenter, "acceleratorType": pool.accelerator, "unitTopology": pool.topology,
        "chipsPerUnit": pool.chips_per_unit, "hostsPerUnit": HOSTS, "seal": pool.datacenter,
        "drainLeadSeconds": pool.drain_lead, "graceSeconds": pool.grace, "turnAroundSeconds": pool.turn_around,
        "units": {name: {"nodePool": f"{pool.name.partition('.')[2]}-{name}"} for name in pool.units},
    }  # fmt: skip
    return {**_whole("AcceleratorPool", pool.name, spec), "status": dump(ledger_document(pool.ledger))}


def report_document(pool: Pool) -> Document:
    """What its agent says of it."""
    opened = {name: one.number for name, one in pool.ledger.grants.items() if one.state is GrantState.ACTIVE}
    units = {
        name: {"health": "Healthy", "hosts": HOSTS, "hostsReady": HOSTS}
        | ({"openGrant": opened[name]} if name in opened else {})
        for name in pool.units
    }
    return _whole("PoolReport", pool.name, {"datacenter": pool.datacenter, "units": units})


def reservation_document(ask: Reservation) -> Document:
    """An ask with a fixed window, and its status."""
    window = {"start": text_of(ask.window.start or 0), "end": text_of(ask.window.end or 0)}
    spec = {
        "acceleratorType": ask.accelerator, "topology": ask.topology, "count": ask.count, "window": window,
    }  # fmt: skip
    meta = {"namespace": ask.namespace, "uid": ask.uid, "creationTimestamp": text_of(ask.created)}
    made = _whole("CapacityReservation", ask.name, spec, **meta)
    return made if ask.status is None else {**made, "status": dump(ask.status)}


def namespaces(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """The labels of every tenant's namespaces."""
    return {
        name: {"holdfast.dev/tenant": one.name}
        for one in snapshot.tenants.values()
        for name in one.namespaces
    }


def _promise(promise: Promise) -> Document:
    made = dump(promise_document(promise, "9"))
    made["metadata"]["creationTimestamp"] = text_of(promise.created)
    return made


def _tenant(tenant: Tenant) -> Document:
    entitlements = [{"acceleratorType": kind, "chips": chips} for kind, chips in tenant.chips.items()]
    return _whole("Tenant", tenant.name, {"group": tenant.name, "entitlements": entitlements})


def site_document(name: str) -> Document:
    """A datacenter in operation."""
    spec = {"siteKind": "gke", "region": "us-east5", "powerMegawatts": 300, "lifecycle": "Operational"}
    return _whole("Datacenter", name, spec)


def _whole(kind: str, name: str, spec: Document, **meta: str) -> Document:
    metadata = {"name": name, "resourceVersion": "9", "generation": 1, **meta}
    return {"apiVersion": "holdfast.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}
