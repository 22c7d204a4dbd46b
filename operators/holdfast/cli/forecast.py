"""`holdfast forecast`: a year on the shipped planner, of a generated fleet or a saved hub. It asks no server."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from math import isfinite
from pathlib import Path

import numpy as np
import typer
from rich.console import Console

from holdfast.cli.cells import ABSENT
from holdfast.cli.connection import Unconnected, one_line_errors
from holdfast.cli.forecast_asked import AskedForecast
from holdfast.cli.options import Output
from holdfast.cli.tables import say
from holdfast.forecast.events import events
from holdfast.forecast.fleet import fleet_of, with_tenants
from holdfast.forecast.plot import svg_of
from holdfast.forecast.tally import Forecast
from holdfast.forecast.terms import DAY, Assumptions, FleetTerms
from holdfast.forecast.year import live
from holdfast.hardware.errors import UnknownAccelerator
from holdfast.hub.saved_hub import hub_of_text, snapshot_of
from holdfast.planner.state.snapshot import Snapshot

BEGIN = 1_798_761_600
"""2027-01-01: when a generated fleet's year begins."""


def forecast(asked: AskedForecast) -> None:
    """Live through the time asked for, and tell what came of it."""
    _refuse_what_is_no_year(asked)
    console, errors = Console(), Console(stderr=True)
    terms = Assumptions(
        days=asked.days, load=asked.load, failures=asked.failures, maintenance=asked.maintenance
    )
    with one_line_errors(errors):
        seen = with_tenants(_fleet(asked), terms.tenants)
        drawn = np.random.default_rng(asked.seed)
        found = live(seen, events(seen, terms, drawn), seen.now + terms.days * DAY)
        if asked.plot is not None:
            _write(asked.plot, svg_of(found, f"{terms.days} days of {_size(seen)} at load {terms.load:g}"))
    if asked.output is Output.JSON:
        console.out(json.dumps(asdict(found), indent=2), highlight=False)
        return
    for line in lines(found, f"{terms.days} days, {_size(seen)}, seed {asked.seed}"):
        say(console, line)


def lines(found: Forecast, what: str) -> list[str]:
    """The outcome in sentences."""
    waited = "{:.1f} h in the middle, one in twenty longer than {:.1f} h"
    return [
        f"FORECAST  {what}",
        f"  asked        {found.asked} reservations, {found.promised} of them promised",
        f"  utilisation  {found.utilisation:.1%} of all unit-hours in tenants' hands and working",
        f"  waiting      {waited.format(*found.waits) if found.waits is not None else ABSENT}",
        f"  delivered    {_share(found.delivered, 4)} of the unit-hours promised",
        f"  kept whole   {_share(found.kept_whole, 1)} of the promises that had begun: not one unit short at any time",
    ]


def _share(share: float | None, digits: int) -> str:
    return ABSENT if share is None else f"{share:.{digits}%}"


def _refuse_what_is_no_year(asked: AskedForecast) -> None:
    """What no bound of an option catches: no number at all, and a fleet of nothing but spares."""
    for option in ("load", "failures", "maintenance"):
        if not isfinite(getattr(asked, option)):
            raise typer.BadParameter(
                f"--{option} {getattr(asked, option)} is no number, so nothing can be drawn by it"
            )
    if asked.snapshot is None and asked.spares >= asked.units:
        raise typer.BadParameter(
            f"--spares {asked.spares} of --units {asked.units} leave nothing to promise: say fewer, or more units"
        )


def _fleet(asked: AskedForecast) -> Snapshot:
    if asked.snapshot is None:
        fleet = FleetTerms(pools=asked.pools, units=asked.units, spares=asked.spares)
        return fleet_of(fleet, BEGIN)
    try:
        return replace(snapshot_of(hub_of_text(asked.snapshot.read_text(encoding="utf-8"))), queries={})
    except (OSError, ValueError, UnknownAccelerator) as error:
        raise Unconnected(f"{asked.snapshot} cannot be used: {error}") from error


def _size(seen: Snapshot) -> str:
    return f"{len(seen.pools)} pools of {sum(len(pool.units) for pool in seen.pools.values())} units"


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unconnected(f"{file} cannot be written: {error.strerror or error}") from error
