"""`holdfast audit`: look at the hub and at the sites at hand, and say what must not be.

Exit status: 0 clean, 1 findings, 2 it could not look at everything.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console

from holdfast.audit.collect import look, read_all
from holdfast.audit.picture import Picture
from holdfast.audit.verdict import Verdict, judge
from holdfast.cli.connection import COULD_NOT_LOOK, Unconnected, one_line_errors, open_api
from holdfast.cli.options import Output
from holdfast.cli.tables import Grid, say, show
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import DATACENTERS

FINDINGS = 1


def audit(
    kubeconfig: str | None, context: str | None, site: Sequence[str] | None, settle: float, output: Output
) -> None:
    """Print the verdict on hub and sites and exit with what it means."""
    console = Console()
    with one_line_errors(Console(stderr=True)):
        hub = open_api(kubeconfig, context)
        names = [one.metadata.name for one in read_all(hub, DATACENTERS).objects]
        sites = sites_named(site, kubeconfig) if site else sites_found(names, kubeconfig)
        verdict = judge(lambda: look(hub, sites), lambda: time.sleep(settle))
    if output is Output.JSON:
        console.out(json.dumps(document(verdict), indent=2), highlight=False)
    else:
        report(console, verdict, [name for name in sorted(names) if name not in sites])
    raise typer.Exit(exit_status(verdict))


def sites_named(pairs: Sequence[str], kubeconfig: str | None) -> dict[str, Api]:
    """The clusters asked for by name; raises typer.BadParameter or Unconnected."""
    sites: dict[str, Api] = {}
    for pair in pairs:
        name, _, context = pair.partition("=")
        if not name or not context:
            raise typer.BadParameter(
                f"--site {pair!r} is not NAME=CONTEXT; for example lake-mariner=lake-mariner"
            )
        sites[name] = open_api(kubeconfig, context)
    return sites


def sites_found(datacenters: Sequence[str], kubeconfig: str | None) -> dict[str, Api]:
    """The clusters of those datacenters whose name is a context of the kubeconfig."""
    sites: dict[str, Api] = {}
    for name in sorted(datacenters):
        try:
            sites[name] = open_api(kubeconfig, name)
        except Unconnected:
            continue
    return sites


def exit_status(verdict: Verdict) -> int:
    """A finding is certain whatever else could not be read, so it comes first."""
    if verdict.findings:
        return FINDINGS
    return COULD_NOT_LOOK if verdict.picture.unread else 0


def report(console: Console, verdict: Verdict, absent: Sequence[str]) -> None:
    """The verdict for people; `absent` are datacenters whose cluster was not looked at."""
    rows = tuple((each.invariant, each.subject, each.wrong, each.meaning) for each in verdict.findings)
    show(console, Grid("", ("INVARIANT", "OBJECT", "WRONG", "MEANS"), rows))
    for unread in verdict.picture.unread:
        say(console, f"could not read {unread}")
    counts = ", ".join(f"{count} {what}" for what, count in looked_at(verdict.picture).items())
    found = f"not clean, {len(rows)} found" if rows else "clean" if verdict.clean else "not all could be read"
    say(console, f"{found}: {counts} looked at")
    if absent:
        say(
            console,
            f"no cluster at hand for {', '.join(absent)}: nodes there were not looked at (--site NAME=CONTEXT)",
        )


def looked_at(picture: Picture) -> Mapping[str, int]:
    """How much a verdict rests on."""
    return {
        "pools": len(picture.pools),
        "units": sum(len(pool.spec.units) for pool in picture.pools.values()),
        "promises": len(picture.promises),
        "reservations": len(picture.reservations),
        "nodes": sum(1 for _ in picture.nodes()),
    }


def document(verdict: Verdict) -> dict[str, Any]:
    """The verdict for programs."""
    return {
        "clean": verdict.clean,
        "lookedAt": {**looked_at(verdict.picture), "datacenters": sorted(verdict.picture.sites)},
        "unread": list(verdict.picture.unread),
        "findings": [
            {"invariant": each.invariant, "object": each.subject, "wrong": each.wrong, "means": each.meaning}
            for each in verdict.findings
        ],
    }
