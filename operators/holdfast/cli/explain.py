"""`holdfast explain RESERVATION`: how a reservation stands, in plain sentences and one small drawing.

Tenants read what its status says; platform engineers also see
the promise object, the ledger entries and the units behind it.
"""

from __future__ import annotations

from rich.console import Console

from holdfast.api.reservation import CapacityReservation
from holdfast.audit.collect import read_all
from holdfast.cli.backstage import backstage, grids
from holdfast.cli.connection import Unconnected, one_line_errors, open_api
from holdfast.cli.spaces import own, said
from holdfast.cli.story import sections, stretches
from holdfast.cli.tables import Grid, moment, say, show
from holdfast.cli.timeline import drawing
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.cluster.transport.errors import Refused
from holdfast.cluster.transport.objects import Selector


def explain(reservation: str, namespace: str | None, kubeconfig: str | None, context: str | None) -> None:
    """Print how one reservation stands."""
    console = Console()
    with one_line_errors(Console(stderr=True)):
        space, name = said(reservation, namespace)
        api = open_api(kubeconfig, context)
        tell(console, api, find(api, space or own(kubeconfig, context), name))


def tell(console: Console, api: Api, found: CapacityReservation) -> None:
    """Explain a reservation; raises ClusterError."""
    behind = backstage(api, found.first_uid)
    report(console, found, int(api.clock.now()))
    if behind is None:
        say(console, "Promise and ledger are for platform engineers; the status above is the whole answer.")
        return
    for grid in grids(behind):
        show(console, grid)


def find(api: Api, space: str, name: str) -> CapacityReservation:
    """The reservation meant. Without a namespace Unconnected where the name does not tell which; else ClusterError."""
    if space:
        return api.get(RESERVATIONS, name, space)
    try:
        listed = read_all(api, RESERVATIONS, Selector(fields=f"metadata.name={name}")).objects
    except Refused as refused:
        raise Unconnected(f"the namespace of {name} is not known: say --namespace ({refused})") from refused
    if len(listed) != 1:
        found = ", ".join(sorted(one.path for one in listed)) or "none"
        raise Unconnected(f"reservations named {name}: {found}; say which one with --namespace")
    return listed[0]


def report(console: Console, found: CapacityReservation, now: int) -> None:
    """The reservation in sections, a timeline, and its conditions, the latest first."""
    meta = found.metadata
    say(
        console, f"{found.path}  uid {meta.uid}  created {moment(meta.creation_timestamp)}  now {moment(now)}"
    )
    for section in sections(found):
        _section(console, section.title, section.lines)
    _section(console, "TIMELINE", drawing(stretches(found, now)))
    say(console)
    conditions = found.status.conditions if found.status is not None else ()
    latest = sorted(conditions, key=lambda each: -each.last_transition_time)
    rows = tuple((c.type, c.status, c.reason, moment(c.last_transition_time), c.message) for c in latest)
    show(console, Grid("CONDITIONS", ("CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE"), rows))


def _section(console: Console, title: str, lines: tuple[str, ...] | list[str]) -> None:
    say(console)
    say(console, title)
    for line in lines:
        say(console, f"  {line}")
