"""`holdfast when`: what could be promised, asked of the planner by a query, or of its code on a saved hub.

Exit status: 0 there is an offer, 1 there is none, 2 it could not be asked.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import typer
from rich.console import Console

from holdfast.api.door import dump
from holdfast.api.query import AvailabilityQuery, OfferDocument, QueryStatus
from holdfast.api.yaml_text import text_of as yaml_of
from holdfast.cli.asked import Asked, Written
from holdfast.cli.asked_query import query_for, reservation_for
from holdfast.cli.connection import Unconnected, one_line_errors, open_api
from holdfast.cli.spaces import fit_name
from holdfast.cli.story import held_lines
from holdfast.cli.tables import Grid, say, show
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import QUERIES
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.objects import identify
from holdfast.hardware.instants import text_of
from holdfast.hub.record_reader import query_of
from holdfast.hub.saved_hub import hub_of_text, snapshot_of
from holdfast.planner.plan import plan
from holdfast.planner.status.query import query_statuses

NO_OFFER = 1
LOOK_SECONDS = 0.2
UID = "00000000-0000-4000-8000-000000000000"
"""Of a query that is asked of a file: no object has it."""


def when(asked: Asked) -> None:
    """Ask, and print the answer."""
    console, errors = Console(), Console(stderr=True)
    try:
        fit_name(asked.name, "--name")
        query = query_for(asked, f"when-{secrets.token_hex(4)}")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with one_line_errors(errors):
        if asked.snapshot is not None:
            status = of_file(asked.snapshot, query)
        else:
            status = of_hub(open_api(asked.kubeconfig, asked.context), query, asked.wait)
        if asked.output is Written.YAML and status.offers:
            reservation = reservation_for(query, chosen(status.offers, asked.offer), asked.name)
            headline = f"Offer {asked.offer} of holdfast when"
            console.out(yaml_of(reservation, headline), end="", highlight=False)
            return
    if asked.output is Written.JSON:
        console.out(json.dumps(dump(status), indent=2), highlight=False)
    else:
        report(errors if asked.output is Written.YAML else console, status)
    if not status.offers:
        raise typer.Exit(NO_OFFER)


def of_hub(api: Api, query: AvailabilityQuery, patience: float) -> QueryStatus:
    """Create the query, wait for its answer `patience` seconds, delete it. Raises ClusterError and Unconnected."""
    deadline = monotonic() + patience
    made = api.create(QUERIES, query)
    try:
        while made.status is None or made.status.answered_at is None:
            if monotonic() > deadline:
                raise Unconnected(f"no planner has answered within {patience:.0f} s: does the operator run?")
            sleep(LOOK_SECONDS)
            made = api.get(QUERIES, made.metadata.name, made.metadata.namespace or "")
        return made.status
    finally:
        with contextlib.suppress(ClusterError):  # the operator deletes it in any case
            api.delete(QUERIES, identify(api.get(QUERIES, made.metadata.name, made.metadata.namespace or "")))


def of_file(file: Path, query: AvailabilityQuery) -> QueryStatus:
    """The answer of the operator's own reader and planner on a saved hub. Raises Unconnected where there is none."""
    try:
        saved = hub_of_text(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unconnected(f"{file} cannot be used: {error}") from error
    metadata = query.metadata.model_copy(
        update={"uid": UID, "generation": 1, "creation_timestamp": saved.now}
    )
    labels = saved.hub.namespaces.get(query.metadata.namespace or "", {})
    asked = query_of(query.model_copy(update={"metadata": metadata}), labels)
    snapshot = replace(snapshot_of(saved), queries={UID: asked})
    return next(query_statuses(snapshot, plan(snapshot).answers)).status


def chosen(offers: tuple[OfferDocument, ...], number: int) -> OfferDocument:
    """The offer of this number. Raises Unconnected where there are fewer."""
    if number > len(offers):
        raise Unconnected(f"--offer {number}: there are only {len(offers)} offers")
    return offers[number - 1]


def report(console: Console, status: QueryStatus) -> None:
    """The offers as a table, or why there is none."""
    heads = ("OFFER", "START", "END", "COUNT", "DATACENTERS", "POOLS")
    show(
        console,
        Grid("OFFERS", heads, tuple(_row(number, one) for number, one in enumerate(status.offers, 1))),
    )
    if status.hold is not None:
        say(console, "NO OFFER")
        for line in held_lines(status.hold):
            say(console, f"  {line}")


def _row(number: int, offer: OfferDocument) -> tuple[str, ...]:
    pools = ", ".join(f"{pool.count} of {pool.name}" for pool in offer.pools)
    places = ", ".join(offer.datacenters)
    return str(number), text_of(offer.start), text_of(offer.end), str(offer.count), places, pools
