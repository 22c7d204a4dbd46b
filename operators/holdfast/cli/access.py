"""`holdfast access RESERVATION`: by which context, selector and tolerations a reservation is used, and a job that runs.

    holdfast access pretrain -n mistral -o yaml | kubectl --context lake-mariner apply -f -

Exit status: 0 told, 1 nothing to run on where a job was to be written, 2 a datacenter or the hub could not be read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console

from holdfast.api.door import dump
from holdfast.api.yaml_text import text_of as yaml_of
from holdfast.cli.asked_place import AskedAccess, Wording
from holdfast.cli.connection import COULD_NOT_LOOK, Unconnected, one_line_errors
from holdfast.cli.first_job import Document, Where, Work, manifests
from holdfast.cli.hosts import not_yet, unread
from holdfast.cli.places import Place, Places, places_of
from holdfast.cli.tables import say
from holdfast.hardware import UnknownAccelerator, accelerator, units_per_slice
from holdfast.hardware.topology import chips

NOTHING_OPEN = 1


def access(asked: AskedAccess) -> None:
    """Print it."""
    console, errors = Console(), Console(stderr=True)
    with one_line_errors(errors), known_accelerator():
        found = places_of(asked)
        chosen = (
            place_to_run(found, asked.datacenter) if asked.output is Wording.YAML and found.places else None
        )
        accelerator(found.reservation.spec.accelerator_type)
    if chosen is not None:
        console.out(_yaml(asked, found, chosen), end="", highlight=False)
    elif asked.output is Wording.JSON:
        console.out(json.dumps(document(asked, found), indent=2), highlight=False)
    else:
        for line in lines(found):
            say(errors if asked.output is Wording.YAML else console, line)
    unread(errors, found)
    if asked.output is Wording.YAML and chosen is None:
        raise typer.Exit(NOTHING_OPEN)
    if not found.complete:
        raise typer.Exit(COULD_NOT_LOOK)


@contextmanager
def known_accelerator() -> Iterator[None]:
    """An accelerator of another catalogue is no reason for a trace."""
    try:
        yield
    except UnknownAccelerator as error:
        raise Unconnected(f"{error}; name the file that has it with holdfast --catalogue") from error


def place_to_run(found: Places, datacenter: str | None) -> Place:
    """The datacenter meant. Unconnected where there are several and none is named, or one that it has not."""
    names = ", ".join(place.datacenter for place in found.places)
    if datacenter is None and len(found.places) > 1:
        raise Unconnected(f"{found.reservation.path} runs in {names}: say where with --datacenter")
    for place in found.places:
        if datacenter in (None, place.datacenter):
            return place
    raise Unconnected(f"--datacenter {datacenter}: {found.reservation.path} runs in {names}")


def first_job(asked: AskedAccess, found: Places, place: Place) -> list[Document]:
    """What to apply there."""
    spec = found.reservation.spec
    name = f"{found.reservation.metadata.name}-first"
    kind = accelerator(spec.accelerator_type)
    work = Work(name, asked.image, kind, slices_of(found, place), place.job_sets)
    return manifests(work, where(place))


def where(place: Place) -> Where:
    """How pods come to the hosts of a place."""
    tolerations = tuple(dump(one) for one in place.access.tolerations)
    return Where(place.access.namespace, dict(place.access.node_selector), tolerations, place.queue)


def slices_of(found: Places, place: Place) -> Mapping[str, int]:
    """Ready hosts of each slice by name, as the datacenter tells; without its word all hosts are one nameless slice."""
    told: Counter[str] = Counter()
    for unit in place.units:
        told[unit.slice.name if unit.slice is not None else ""] += unit.ready
    return told or {"": place.access.units * hosts_per_unit(found)}


def hosts_per_unit(found: Places) -> int:
    """Hosts of one unit of this reservation, by the catalogue."""
    spec = found.reservation.spec
    kind = accelerator(spec.accelerator_type)
    if kind.hosts_per_unit or spec.topology is None:
        return max(1, kind.hosts_per_unit)
    return max(1, chips(spec.topology) // kind.chips_per_host // units_per_slice(kind, spec.topology))


def lines(found: Places) -> Iterator[str]:
    """Everything in sentences."""
    if not found.places:
        yield not_yet(found)
    for place in found.places:
        told = where(place)
        hosts = sum(slices_of(found, place).values())
        yield f"{place.datacenter}: {place.access.units} units open, {hosts} hosts"
        yield f"  context        {place.context}"
        if place.access.endpoint:
            yield f"  endpoint       {place.access.endpoint}"
        yield f"  namespace      {told.namespace}"
        if told.queue:
            yield f"  queue          {told.queue}"
        for key, value in told.selector.items():
            yield f"  node selector  {key}: {value}"
        for one in told.tolerations:
            yield f"  toleration     {one['key']} {one['operator']} {one.get('value', '')}".rstrip()
        yield f"  try it         {_command(found, place)}"


def document(asked: AskedAccess, found: Places) -> dict[str, Any]:
    """The answer for programs."""
    return {
        "reservation": found.reservation.path,
        "complete": found.complete,
        "datacenters": [
            {
                **dump(place.access),
                "context": place.context,
                **({"unread": place.unread} if place.unread else {}),
                "manifests": first_job(asked, found, place),
            }
            for place in found.places
        ],
    }


def _yaml(asked: AskedAccess, found: Places, place: Place) -> str:
    headline = f"{found.reservation.path} in {place.datacenter}: kubectl --context {place.context} apply -f -"
    return "---\n".join(yaml_of(one, headline) for one in first_job(asked, found, place))


def _command(found: Places, place: Place) -> str:
    meta = found.reservation.metadata
    several = f" -d {place.datacenter}" if len(found.places) > 1 else ""
    asked = f"holdfast access {meta.name} -n {meta.namespace}{several} -o yaml"
    return f"{asked} | kubectl --context {place.context} apply -f -"
