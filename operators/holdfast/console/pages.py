"""The pages for people. Each is made of what its viewer may see, and of nothing else."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from holdfast.cluster.events import EVENTS
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.objects import Selector
from holdfast.console.desk import Desk
from holdfast.console.planning import Busy
from holdfast.console.rendering import page
from holdfast.console.rights import Viewer
from holdfast.console.views import calendar, floor, on_call, reservation, when
from holdfast.console.views.in_view import InView
from holdfast.console.views.reservation import EventLine, Fact
from holdfast.console.views.when import Offered, WhenAsked
from holdfast.hardware import ACCELERATORS
from holdfast.hardware.instants import seconds_of

LISTED = 200
"""Reservations on one page of the list."""


def show_calendar(desk: Desk, request: Request, viewer: Viewer, seen: InView) -> Response:
    """Pools over time; the same as a table below."""
    every = calendar.rows(seen)
    wanted = calendar.Filter(
        request.query_params.get("accelerator", ""), request.query_params.get("datacenter", "")
    )
    rows = tuple(row for row in every if wanted.wants(row))
    own = (
        [] if seen.reach.fleet else [(row.pool, bar) for row in rows for bar in calendar.bars(seen, row.pool)]
    )
    return page(
        desk, request, viewer, "calendar.html", seen=seen, rows=rows, wanted=wanted, own=own,
        accelerators=sorted({row.accelerator for row in every}),
        datacenters=sorted({row.datacenter for row in every}),
        tenants=sorted(seen.tenants), tenant=request.query_params.get("tenant", ""),
    )  # fmt: skip


def show_floor(desk: Desk, request: Request, viewer: Viewer, seen: InView) -> Response:
    """Every site, block and unit, small."""
    return page(desk, request, viewer, "floor.html", seen=seen, sites=floor.floor(seen))


def show_block(desk: Desk, request: Request, viewer: Viewer, seen: InView) -> Response:
    """One block, host by host."""
    pool = seen.pools.get(request.path_params["pool"])
    if pool is None:
        return absent(desk, request, viewer)
    return page(desk, request, viewer, "block.html", seen=seen, block=floor.block_of(seen, pool))


def show_reservations(desk: Desk, request: Request, viewer: Viewer, seen: InView) -> Response:
    """The reservations the viewer may read, so many a page."""
    sought = request.query_params.get("q", "")
    first = max(0, _number(request, "from", 0))
    found = seen.named(sought)
    documents = [seen.reservations[key] for key in found[first : first + LISTED]]
    shown = [(one, *reservation.word_and_tone(one)) for one in documents]
    return page(
        desk, request, viewer, "reservations.html", seen=seen, shown=shown, count=len(found), first=first,
        size=LISTED, sought=sought,
    )  # fmt: skip


def show_reservation(desk: Desk, request: Request, viewer: Viewer, seen: InView) -> Response:
    """One reservation; what is gone and what is not the viewer's to see look the same."""
    namespace, name = request.path_params["namespace"], request.path_params["name"]
    one = seen.reservations.get((namespace, name))
    if one is None and desk.rights.may_read(viewer, namespace, name):
        one = desk.sight.caches.reservations.get(name, namespace)
    if one is None:
        return absent(desk, request, viewer)
    told = list(_events(desk, namespace, name)) if desk.rights.may_read_events(viewer, namespace) else []
    return page(desk, request, viewer, "reservation.html", seen=seen, one=reservation.page(seen, one, told))


def show_on_call(desk: Desk, request: Request, viewer: Viewer, seen: InView) -> Response:
    """All that waits for somebody."""
    return page(desk, request, viewer, "on_call.html", seen=seen, matters=on_call.on_call(seen))


def show_when(desk: Desk, request: Request, viewer: Viewer, seen: InView) -> Response:
    """When could I have it."""
    spaces = sorted(desk.sight.namespaces)
    allowed = [space for space in spaces if desk.rights.may_ask(viewer, space)]
    question = _question(request, allowed)
    asked = "accelerator" in request.query_params
    offered, manifest = _answer(desk, seen, question, allowed) if asked else (Offered(), "")
    return page(
        desk, request, viewer, "when.html", seen=seen, question=question, asked=asked, offered=offered, allowed=allowed,
        manifest=manifest, plans=desk.sight.plans, accelerators=sorted(ACCELERATORS),
    )  # fmt: skip


def absent(desk: Desk, request: Request, viewer: Viewer) -> Response:
    """For what is not there, or not for this viewer: one answer, so that nothing is learned from it."""
    return page(desk, request, viewer, "absent.html", status=404)


def _events(desk: Desk, namespace: str, name: str) -> Iterator[EventLine]:
    """What the API server keeps of it; nothing while it does not answer, for the page has a story without."""
    fields = f"regarding.kind=CapacityReservation,regarding.name={name}"
    with contextlib.suppress(ClusterError):
        for each in desk.sight.listed(EVENTS, Selector(namespace, fields=fields)):
            with contextlib.suppress(ValueError):
                yield EventLine(seconds_of(each.event_time), each.reason, each.note)


def _question(request: Request, allowed: list[str]) -> WhenAsked:
    said = request.query_params
    return WhenAsked(
        namespace=said.get("namespace", allowed[0] if allowed else ""),
        accelerator=said.get("accelerator", ""),
        topology=said.get("topology", ""),
        count=_number(request, "count", 1),
        days=_number(request, "days", 30),
        earliest=said.get("earliest", ""),
        datacenters=tuple(one for one in said.getlist("datacenter") if one),
        across=said.get("across", "") == "on",
    )


def _answer(desk: Desk, seen: InView, question: WhenAsked, allowed: list[str]) -> tuple[Offered, str]:
    try:
        query = when.query_of(question, f"when-{secrets.token_hex(4)}")
    except ValueError as error:
        return Offered(fault=str(error)), ""
    manifest = when.query_manifest(query)
    if question.namespace not in allowed:
        return Offered(hold=(Fact("not asked", "you may not ask in this namespace"),)), ""
    if not desk.sight.plans:
        return Offered(), manifest
    try:
        status = desk.planning.answer(desk.sight.documents(), query, seen.now)
    except Busy as busy:
        return Offered(fault=str(busy)), manifest
    return when.offered(query, status), manifest


def _number(request: Request, name: str, otherwise: int) -> int:
    """A whole number of the query; what is none counts as not said."""
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise
