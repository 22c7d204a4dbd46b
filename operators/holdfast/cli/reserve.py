"""`holdfast reserve`: what is missing is asked for, offers are shown, and only then is a reservation made.

Exit status: 0 promised, or written; 1 there is no offer, it was not wanted, or it was made and is not promised yet;
2 it could not be asked.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import typer
from rich.console import Console

from holdfast.api.door import parse
from holdfast.api.query import AvailabilityQuery, OfferDocument
from holdfast.api.reservation import CapacityReservation
from holdfast.api.yaml_text import text_of as yaml_of
from holdfast.cli import when
from holdfast.cli.answers import awaited, told
from holdfast.cli.asked import Asked
from holdfast.cli.asked_query import query_for, reservation_for
from holdfast.cli.connection import one_line_errors, open_api
from holdfast.cli.questions import agreed, asked
from holdfast.cli.spaces import fit_name, own
from holdfast.cli.spans import duration_of
from holdfast.cli.wanted import Manifest, Wanted
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.hardware import ACCELERATORS, accelerator, units_per_slice

NO = 1


def reserve(wanted: Wanted) -> None:
    """Ask, show, and make it."""
    errors = Console(stderr=True)
    with one_line_errors(errors):
        api = open_api(wanted.kubeconfig, wanted.context)
        whole = completed(wanted)
        query = _query(whole)
        status = when.of_hub(api, query, whole.wait)
        when.report(errors, status)
        if not status.offers:
            raise typer.Exit(NO)
        document = reservation_for(query, _chosen(whole, status.offers), whole.name or "")
        if whole.output is not Manifest.TABLE:
            _write(document, whole.output)
            return
        made = parse(CapacityReservation, document)
        if not agreed(f"Make {made.path}?", sure=whole.yes):
            raise typer.Exit(NO)
        found = awaited(api, api.create(RESERVATIONS, made), whole.wait)
    if not told(Console(), found):
        raise typer.Exit(NO)


def completed(wanted: Wanted) -> Wanted:
    """With everything that was missing, as the person has said it, or as it is without being said.

    Raises BadParameter, which names what nobody has said and what is nothing without that.
    """
    if wanted.name is not None:
        _refuse_misfit(wanted.name)
    ask = partial(asked, sure=wanted.yes)
    space = wanted.namespace or own(wanted.kubeconfig, wanted.context)
    space = space or ask("In which namespace?", "--namespace", _something)
    kind = wanted.accelerator or ask(
        f"Which accelerator ({', '.join(ACCELERATORS)})?", "--accelerator", accelerator
    )
    topology = wanted.topology or _topology(kind, sure=wanted.yes)
    count = wanted.count or int(
        ask("How many slices?" if topology else "How many units?", "--count", _count, default="1")
    )
    lasting = wanted.lasting
    if lasting is None and wanted.end is None:
        lasting = ask("For how long, such as 30d or 36h?", "--for", duration_of)
    name = wanted.name or ask("What to call it?", "NAME", fit_name, default=kind)
    return replace(
        wanted, namespace=space, accelerator=kind, topology=topology, count=count, lasting=lasting, name=name
    )


def _refuse_misfit(name: str) -> None:
    try:
        fit_name(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _topology(kind: str, *, sure: bool) -> str | None:
    """The shape of a slice where the type is sold by the slice; one that only the hub knows is left to the hub."""
    known = ACCELERATORS.get(kind)
    if known is None or known.family != "tpu":
        return None
    fits = partial(units_per_slice, known)
    return asked("Topology of one slice, such as 4x4x8?", "--topology", fits, sure=sure)


def _something(text: str) -> None:
    if not text:
        raise ValueError("it must be named")


def _count(text: str) -> None:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{text!r} is no number of slices; for example 2")


def _query(wanted: Wanted) -> AvailabilityQuery:
    """The question that gives the offers: windows to choose from, or the one that is fixed. Raises BadParameter."""
    question = Asked(
        accelerator=wanted.accelerator or "",
        namespace=wanted.namespace or "",
        topology=wanted.topology,
        count=wanted.count or 1,
        lasting=wanted.lasting,
        start=wanted.start,
        end=wanted.end,
        earliest=wanted.earliest,
        latest=wanted.latest,
        datacenter=wanted.datacenter,
        across=wanted.across,
        max_percent=wanted.max_percent,
        at_least=wanted.at_least,
    )
    try:
        return query_for(question, f"reserve-{secrets.token_hex(4)}")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _chosen(wanted: Wanted, offers: tuple[OfferDocument, ...]) -> OfferDocument:
    """The offer that was named, the only one, the first where nothing is to be asked, or the one the person names."""
    number = wanted.offer or (1 if len(offers) == 1 or wanted.yes else None)
    if number is None:

        def among(text: str) -> None:
            if not text.isdecimal() or not 1 <= int(text) <= len(offers):
                raise ValueError(f"{text!r} is none of 1 to {len(offers)}")

        number = int(asked("Which offer?", "--offer", among, default="1"))
    return when.chosen(offers, number)


def _write(document: Mapping[str, Any], form: Manifest) -> None:
    text = (
        json.dumps(document, indent=2) + "\n"
        if form is Manifest.JSON
        else yaml_of(document, "holdfast reserve")
    )
    Console().out(text, end="", highlight=False)
