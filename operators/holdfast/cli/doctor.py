"""`holdfast doctor`: what is wrong with a hub, each with what mends it.

Exit status: 0 nothing breaks anything (with --strict no warning either), 1 something is wrong, 2 it could not look.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import typer

from holdfast.cli.cells import Grid
from holdfast.cli.options import Output
from holdfast.cli.unconnected import plain_errors
from holdfast.cli.ways import open_way
from holdfast.cli.written import say, show
from holdfast.doctor.checks import examine
from holdfast.doctor.expected import installation
from holdfast.doctor.finding import Ailment, Weight
from holdfast.doctor.reading import HubReading, read_hub
from holdfast.doctor.sites import examine_site, read_site

WRONG = 1


def doctor(strict: bool, kubeconfig: str | None, context: str | None, output: Output) -> None:
    """Read, judge, print; exits with what it means."""
    with plain_errors():
        way = open_way(kubeconfig, context)
        seen = read_hub(way.ask, time.clock_gettime(time.CLOCK_REALTIME))
    _tell(seen, examine(seen, installation()), strict, output)


def site_check(strict: bool, kubeconfig: str | None, context: str | None, output: Output) -> None:
    """The same of a datacenter's cluster."""
    with plain_errors():
        way = open_way(kubeconfig, context)
        seen = read_site(way.ask, time.clock_gettime(time.CLOCK_REALTIME))
    _tell(seen, examine_site(seen), strict, output)


def _tell(seen: HubReading, found: Sequence[Ailment], strict: bool, output: Output) -> None:
    if output is Output.JSON:
        say(json.dumps(document(seen, found), indent=2))
    else:
        report(found)
    if any(strict or one.weight is Weight.ERROR for one in found):
        raise typer.Exit(WRONG)


def report(found: Sequence[Ailment]) -> None:
    """What is wrong, as a table and a line."""
    heads = ("WEIGHT", "AREA", "OBJECT", "WRONG", "REMEDY")
    rows = tuple((one.weight.value, one.area, one.subject, one.wrong, one.remedy) for one in found)
    if rows:
        show(Grid("", heads, rows))
    errors = sum(one.weight is Weight.ERROR for one in found)
    say(f"{errors} errors, {len(found) - errors} warnings" if found else "nothing is wrong")


def document(seen: HubReading, found: Sequence[Ailment]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "healthy": not any(one.weight is Weight.ERROR for one in found),
        "holdfast": version("holdfast"),
        "kubernetes": seen.version.get("gitVersion"),
        "unread": sorted(seen.unread),
        "findings": [
            {
                "weight": one.weight.value,
                "area": one.area,
                "object": one.subject,
                "wrong": one.wrong,
                "remedy": one.remedy,
            }
            for one in found
        ],
    }
