"""`holdfast status` as a tenant sees it: its own reservations, what they were promised, and what they lack."""

from __future__ import annotations

import json

from rich.console import Console

from holdfast.api.door import dump
from holdfast.api.reservation import CapacityReservation
from holdfast.api.reservation_status import ReservationStatus
from holdfast.audit.collect import Listing, read_all
from holdfast.cli.options import Output
from holdfast.cli.spaces import looked_in
from holdfast.cli.tables import ABSENT, Grid, moment, number, say, show
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.cluster.transport.objects import Selector

HEADS = ("RESERVATION", "ASKED", "STATUS", "PROMISED", "HEALTHY", "START", "END", "WHERE")


def own_view(console: Console, api: Api, space: str, output: Output) -> None:
    """Print what is of this namespace, or of all where none is known. Raises ClusterError and Unconnected."""

    def look(namespace: str) -> Listing[CapacityReservation]:
        return read_all(api, RESERVATIONS, Selector(namespace=namespace))

    found = looked_in(None, space, everywhere=False, look=look)
    mine = sorted(found.objects, key=lambda one: one.path)
    if output is Output.JSON:
        told = {"reservations": [dump(one) for one in mine], "unread": list(found.unread)}
        console.out(json.dumps(told, indent=2), highlight=False)
        return
    show(console, Grid("RESERVATIONS", HEADS, tuple(map(_row, mine))))
    for unread in found.unread:
        say(console, f"could not read {unread}")
    about = (
        "each is explained by `holdfast explain NAMESPACE/NAME`"
        if mine
        else f"none in {space or 'your namespaces'}"
    )
    say(console, f"{len(mine)} reservations: {about}; pools and promises are for platform engineers to see")


def _row(one: CapacityReservation) -> tuple[str, ...]:
    spec, status = one.spec, one.status or ReservationStatus()
    ready = next((each.reason for each in status.conditions if each.type == "Ready"), ABSENT)
    what = f"{spec.count} x {spec.accelerator_type}" + (f" {spec.topology}" if spec.topology else "")
    force = status.promised
    span = (force.start, force.end) if force is not None else (None, None)
    slices = number(force.slices if force is not None else None)
    where = ", ".join(status.datacenters or ()) or ABSENT
    return one.path, what, ready, slices, number(status.healthy_units), *map(moment, span), where
