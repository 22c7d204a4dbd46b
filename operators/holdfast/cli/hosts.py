"""`holdfast hosts RESERVATION`: which hosts a reservation has at its datacenters, how they are, why they came.

Exit status: 0 all datacenters were read, 2 one could not be, or the hub could not.
"""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.console import Console

from holdfast.api.door import dump
from holdfast.api.reserved_hosts import ReservedHostsSpec
from holdfast.api.yaml_text import text_of as yaml_of
from holdfast.cli.asked_place import AskedHosts, Wording
from holdfast.cli.connection import COULD_NOT_LOOK, one_line_errors
from holdfast.cli.places import Place, Places, places_of
from holdfast.cli.tables import ABSENT, Grid, moment, say, show

UNITS = ("DATACENTER", "POOL", "UNIT", "HEALTH", "READY", "DELIVERED", "SINCE", "REPLACES", "SLICE", "DOMAIN")
HOSTS = ("DATACENTER", "UNIT", "HOST", "HEALTH", "SAID BY", "SAYS", "SINCE")


def hosts(asked: AskedHosts) -> None:
    """Print them."""
    console, errors = Console(), Console(stderr=True)
    with one_line_errors(errors):
        found = places_of(asked)
    if asked.output is Wording.JSON:
        console.out(json.dumps(document(found), indent=2), highlight=False)
    elif asked.output is Wording.YAML:
        console.out(yaml_of(document(found), "holdfast hosts"), end="", highlight=False)
    else:
        report(console, found)
    unread(errors, found)
    if not found.complete:
        raise typer.Exit(COULD_NOT_LOOK)


def report(console: Console, found: Places) -> None:
    """Two tables: units, then hosts."""
    if not found.places:
        say(console, not_yet(found))
    pairs = [(place, unit) for place in found.places for unit in place.units]
    show(console, Grid("UNITS", UNITS, tuple(_unit_row(place, unit) for place, unit in pairs)))
    rows = tuple(row for place, unit in pairs for row in _host_rows(place, unit))
    show(console, Grid("HOSTS", HOSTS, rows))


def not_yet(found: Places) -> str:
    """Why there is no place yet, in the reservation's own words."""
    status = found.reservation.status
    ready = next((one for one in status.conditions if one.type == "Ready"), None) if status else None
    why = f"{ready.reason}: {ready.message}".rstrip(": ") if ready else "the planner has not answered yet"
    return f"{found.reservation.path} has no unit open to it: {why}"


def unread(errors: Console, found: Places) -> None:
    """One line for each datacenter that could not be read."""
    for place in found.places:
        if place.unread:
            say(errors, f"could not look at {place.datacenter}: {place.unread}")


def document(found: Places) -> dict[str, Any]:
    """The answer for programs."""
    return {
        "reservation": found.reservation.path,
        "complete": found.complete,
        "datacenters": [
            {
                "name": place.datacenter,
                "context": place.context,
                **({"unread": place.unread} if place.unread else {}),
                "units": [dump(unit) for unit in place.units],
            }
            for place in found.places
        ],
    }


def _unit_row(place: Place, unit: ReservedHostsSpec) -> tuple[str, ...]:
    came = unit.delivered
    ready = f"{unit.ready} of {unit.expected}"
    told = (came.reason, moment(came.since), came.replaces or ABSENT)
    joined = unit.slice.state if unit.slice is not None else ABSENT
    return (place.datacenter, unit.pool, unit.unit, unit.health, ready, *told, joined, unit.domain or ABSENT)


def _host_rows(place: Place, unit: ReservedHostsSpec) -> list[tuple[str, ...]]:
    return [
        (place.datacenter, unit.unit, one.name, one.health, one.source, one.says or ABSENT, moment(one.since))
        for one in unit.hosts
    ]
