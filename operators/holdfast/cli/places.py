"""Where a reservation runs, joined from the hub's answer and what each datacenter tells its tenant.

The hub says which datacenters and with which selector; a datacenter's ReservedHosts say which hosts. Everything is read
with the rights of whoever asks. A datacenter that cannot be read is told, and the others are told all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.agent.queue_kinds import LOCAL_QUEUES
from holdfast.api.reservation import CapacityReservation
from holdfast.api.reservation_status import Access
from holdfast.api.reserved_hosts import ReservedHostsSpec
from holdfast.cli.asked_place import AskedHosts
from holdfast.cli.connection import Unconnected, open_api
from holdfast.cli.explain import find
from holdfast.cli.spaces import own, said
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import Namespace, view_of
from holdfast.cluster.holdfast_objects import RESERVED_HOSTS
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.cluster.transport.objects import Selector
from holdfast.hardware.names import local_queue_name

JOB_SETS = view_of(ServedKind("jobset.x-k8s.io", "v1alpha2", "jobsets", "JobSet", namespaced=True), Namespace)
"""As far as it matters whether they are known at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """One datacenter of a reservation. `unread` says why its hosts are not known; empty where they are.

    `queue` is the LocalQueue that jobs there may name; empty where there is none, or none may be read.
    `job_sets` says whether its tenant may make JobSets there.
    """

    access: Access
    context: str
    units: tuple[ReservedHostsSpec, ...] = ()
    unread: str = ""
    queue: str = ""
    job_sets: bool = False

    @property
    def datacenter(self) -> str:
        """Its name."""
        return self.access.datacenter


@dataclass(frozen=True, slots=True)
class Places:
    """A reservation and all its places."""

    reservation: CapacityReservation
    places: tuple[Place, ...]

    @property
    def complete(self) -> bool:
        """Whether every datacenter could be read."""
        return not any(place.unread for place in self.places)


def places_of(asked: AskedHosts) -> Places:
    """The reservation, and what its datacenters tell. Raises ClusterError and Unconnected about the hub alone."""
    space, name = said(asked.reservation, asked.namespace)
    api = open_api(asked.kubeconfig, asked.context)
    reservation = find(api, space or own(asked.kubeconfig, asked.context), name)
    contexts = contexts_of(asked.site or ())
    accesses = reservation.status.access if reservation.status is not None else ()
    found = (_place(one, contexts, asked.kubeconfig, reservation) for one in accesses)
    return Places(reservation, tuple(found))


def contexts_of(pairs: Iterable[str]) -> Mapping[str, str]:
    """Contexts by datacenter, of NAME=CONTEXT. Unconnected for what is no such pair."""
    contexts: dict[str, str] = {}
    for pair in pairs:
        name, _, context = pair.partition("=")
        if not name or not context:
            raise Unconnected(f"--site {pair!r} is not NAME=CONTEXT; for example lake-mariner=lake-mariner")
        contexts[name] = context
    return contexts


def _place(
    access: Access, contexts: Mapping[str, str], kubeconfig: str | None, reservation: CapacityReservation
) -> Place:
    context = contexts.get(access.datacenter, access.datacenter)
    selector = Selector(namespace=access.namespace, fields=f"spec.reservation={reservation.path}")
    try:
        site = open_api(kubeconfig, context)
        pages = list(site.list_pages(RESERVED_HOSTS, selector))
    except Unconnected as error:
        return Place(
            access, context, unread=f"{error}; name its context with --site {access.datacenter}=CONTEXT"
        )
    except ClusterError as error:
        return Place(access, context, unread=str(error))
    units = (one.spec for page in pages for one in page.objects)
    strange = ", ".join(one.identity.name for page in pages for one in page.broken)
    unread = f"{strange}: written by another version of Holdfast, and not understood" if strange else ""
    known = tuple(sorted(units, key=lambda one: (one.pool, one.unit)))
    queue = _queue(site, access.namespace, reservation)
    return Place(access, context, known, unread, queue, _knows_job_sets(site, access.namespace))


def _queue(site: Api, namespace: str, reservation: CapacityReservation) -> str:
    """The reservation's queue there; one of its name that somebody else keeps is none."""
    uid = reservation.first_uid
    name = local_queue_name(namespace, reservation.path, uid)
    try:
        found = site.get(LOCAL_QUEUES, name, namespace)
    except ClusterError:
        return ""
    return name if found.reservation == uid else ""


def _knows_job_sets(site: Api, namespace: str) -> bool:
    """Whether its tenant may list JobSets there; a kind that is not served is none of any namespace."""
    try:
        next(site.list_pages(JOB_SETS, Selector(namespace=namespace), limit=1))
    except ClusterError:
        return False
    return True
