"""From API servers to a Picture, by consistent lists; a list that fails is named, never left out in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from holdfast.audit.picture import Picture, SitePicture
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import NAMESPACES, NODES
from holdfast.cluster.holdfast_objects import POOLS, PROMISES, REPORTS, RESERVATIONS
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.objects import EVERYTHING, Selector, View

T = TypeVar("T")


class Blind(Exception):
    """Something could not be looked at; the message names it and repeats the server's words."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """All objects of a kind at one instant, and in words those that could not be read."""

    objects: tuple[T, ...]
    unread: tuple[str, ...]


def read_all(api: Api, view: View[T], selector: Selector = EVERYTHING) -> Listing[T]:
    """A whole collection; raises what Api.list_pages raises."""
    objects: list[T] = []
    unread: list[str] = []
    for page in api.list_pages(view, selector):
        objects += page.objects
        unread += (f"{view.kind.plural}/{broken.identity.name}: {broken.why}" for broken in page.broken)
    return Listing(tuple(objects), tuple(unread))


def look(hub: Api, sites: Mapping[str, Api]) -> Picture:
    """One look at the hub and at the sites given, by datacenter. Raises Blind."""
    promises, pools = _seen(hub, PROMISES, "the hub"), _seen(hub, POOLS, "the hub")
    reservations, reports = _seen(hub, RESERVATIONS, "the hub"), _seen(hub, REPORTS, "the hub")
    namespaces = _seen(hub, NAMESPACES, "the hub")
    grounds, unread = _sites(sites)
    return Picture(
        now=int(hub.clock.now()),
        pools={one.metadata.name: one for one in pools.objects},
        promises={one.metadata.name: one for one in promises.objects},
        reservations={one.first_uid: one for one in reservations.objects},
        reports={one.metadata.name: one for one in reports.objects},
        namespaces={one.metadata.name: one.metadata.labels for one in namespaces.objects},
        sites=grounds,
        unread=(
            *pools.unread,
            *promises.unread,
            *reservations.unread,
            *reports.unread,
            *namespaces.unread,
            *unread,
        ),
    )


def _sites(sites: Mapping[str, Api]) -> tuple[dict[str, SitePicture], Iterable[str]]:
    grounds: dict[str, SitePicture] = {}
    unread: list[str] = []
    for datacenter, api in sorted(sites.items()):
        nodes, namespaces = _seen(api, NODES, datacenter), _seen(api, NAMESPACES, datacenter)
        grounds[datacenter] = SitePicture(nodes.objects, namespaces.objects)
        unread += (f"{datacenter}: {each}" for each in (*nodes.unread, *namespaces.unread))
    return grounds, unread


def _seen(api: Api, view: View[T], place: str) -> Listing[T]:
    try:
        return read_all(api, view)
    except ClusterError as error:
        raise Blind(f"could not look at {view.kind.plural} of {place}: {error}") from error
