"""What the commands of `holdfast lab cloud` do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import typer

from holdfast_lab.cloud.call_log import CallLog
from holdfast_lab.cloud.chosen_sites import lab_sites
from holdfast_lab.cloud.faults import EVERYTHING, Fault, Faults, What
from holdfast_lab.cloud.hosts import How
from holdfast_lab.cloud.store import CloudObject, Store
from holdfast_lab.errors import LabError
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.running import open_lab
from holdfast_lab.state import StateFolder


def run(command: str, *given: Any) -> None:
    """Do what a function of this module is called like; a refusal of the cloud becomes a LabError."""
    try:
        globals()[command](*given)
    except Refusal as refusal:
        raise LabError(f"{refusal}; where a cluster has ended `holdfast lab up` repairs it") from refusal


def list_objects(output: str, state: Path) -> None:
    """Print everything the cloud holds."""
    found = Store(_folder(state)).all()
    if output == "json":
        typer.echo(json.dumps([_described(each) for each in found], indent=2))
        return
    for each in found:
        typer.echo(f"{each.kind.rpartition(':')[2]:16} {each.name:36} {each.status}")


def list_calls(output: str, state: Path) -> None:
    """Print every change that was asked for."""
    found = CallLog(_folder(state)).read()
    if output == "json":
        typer.echo(json.dumps(found, indent=2))
        return
    for each in found:
        kind = each["type"].rpartition(":")[2]
        typer.echo(
            f"{each['time']} {each['verb']:7} {each['result']:8} {kind} {each['name']} {each['reason']}"
        )


def stock_out(pool: str, state: Path) -> None:
    """Have no capacity for these node pools."""
    _set(Fault("stock-out", pool), state)


def partial(pool: str, nodes: int, state: Path) -> None:
    """Deliver only so many nodes."""
    _set(Fault("partial", pool, nodes), state)


def slow(seconds: float, state: Path) -> None:
    """Let every operation take so much longer."""
    _set(Fault("slow", EVERYTHING, seconds), state)


def slice_(how: Literal["fail", "hang", "lie"], partition: str, state: Path) -> None:
    """Let slices with these cubes misbehave."""
    what: dict[str, What] = {"fail": "slice-fail", "hang": "slice-hang", "lie": "slice-lie"}
    _set(Fault(what[how], partition), state)


def host(node: str, away: bool, state: Path) -> None:
    """Let a host fail, or be silent for a while."""
    _fail(node, "away" if away else "true", state)


def clear(what: str | None, target: str, state: Path) -> None:
    """Lift faults and bring failed hosts back."""
    lifted = Faults(Store(_folder(state))).clear(what or "", target) if what != "host" else 0
    if what in (None, "host"):
        for name in [target] if target and what == "host" else _failed(state):
            _fail(name, None, state)
            lifted += 1
    if target and not lifted:
        raise LabError(f"no {what} {target} is in force, so nothing was lifted: see `fault list`")
    typer.echo(f"{lifted} faults lifted")


def list_faults(state: Path) -> None:
    """Print what is in force."""
    for each in Faults(Store(_folder(state))).all():
        typer.echo(f"{each.what:10} {each.target} {each.amount or ''}".rstrip())
    for name in _failed(state):
        typer.echo(f"{'host':10} {name}")


def _set(wish: Fault, state: Path) -> None:
    Faults(Store(_folder(state))).set(wish)
    typer.echo(f"{wish.what} {wish.target}: in force until `holdfast lab cloud fault clear`")


def _fail(node: str, how: How | None, state: Path) -> None:
    """Find the cluster that has the Node and annotate it there."""
    sites = lab_sites(_folder(state))
    owner = next((site for site in map(sites.named, sites.names()) if site.has(node)), None)
    if owner is None:
        raise LabError(f"no cluster of this lab has a Node {node}")
    owner.fail(node, how)
    typer.echo(f"{node}: {SAID[how]}")


SAID: dict[How | None, str] = {"true": "has failed", "away": "is silent for a while", None: "is back"}


def _folder(state: Path) -> Path:
    """The folder of a lab that was started, or of a cloud on paper; LabError where there is neither."""
    root = StateFolder.at(state).root
    if not (root / "cloud.sqlite").exists():
        open_lab(root)
    return root


def _failed(state: Path) -> list[str]:
    sites = lab_sites(_folder(state))
    return [name for datacenter in sites.names() for name in sites.named(datacenter).failed()]


def _described(each: CloudObject) -> dict[str, object]:
    return {"kind": each.kind, "name": each.name, "id": each.id, "status": each.status, "inputs": each.inputs}
