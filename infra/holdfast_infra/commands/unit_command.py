"""What `holdfast unit retire` and `holdfast unit cycle` do: one step at a time, through the declaration.

    look (stack file, hub) ──▶ next step ──▶ its edit, shown or written ──▶ what to do then

Nothing is changed but the stack file, and that only with --write: the declaration is what the pools are made of.
Exit code 0: the step is told, or done; 1: refused; 2: it could not be looked at; 3: --wait was not long enough.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from holdfast_infra.commands.hub_door import hub_address
from holdfast_infra.commands.unit_life import Seen, Step, Verb, next_step
from holdfast_infra.declaration import Datacenter, DeclarationError, Pool, Unit
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import Hub, HubSilent, KubernetesHub, Refusal
from holdfast_infra.hub_guard.retirement import may_retire
from holdfast_infra.stack_files.on_disk import declared, read_config
from holdfast_infra.stack_files.unit_entries import CannotEdit, with_unit, without_unit

REFUSED, COULD_NOT_LOOK, STILL_WAITING = 1, 2, 3
_LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; `unit` is BLOCK/UNIT, `hub` KUBECONFIG:CONTEXT if it was given."""

    verb: Verb
    stack: Path
    unit: str
    hub: str | None = None
    write: bool = False
    wait: float = 0.0


class Refused(Exception):
    """A sentence: why not, and what to do."""


def unit(asked: Asked, connect: Callable[[HubAddress], Hub] = KubernetesHub) -> None:
    """Take one step and leave with what it means."""
    try:
        typer.echo(_step(asked, connect))
    except Refused as error:
        typer.echo(f"refused: {error}", err=True)
        raise typer.Exit(REFUSED) from None
    except (DeclarationError, HubSilent) as error:
        typer.echo(f"could not look: {error}", err=True)
        raise typer.Exit(COULD_NOT_LOOK) from None


def _step(asked: Asked, connect: Callable[[HubAddress], Hub]) -> str:
    block, _, name = asked.unit.partition("/")
    datacenter = declared(asked.stack)
    pool = _pool(datacenter, block, name)
    entry = next((each for each in pool.units if each.name == name), None)
    hub = connect(hub_address(asked.hub, read_config(asked.stack)))
    seen = _look(hub, pool, entry)
    step = _waited(asked, name, lambda: _look(hub, pool, entry), next_step(asked.verb, name, seen))
    if step.begins:
        _require_spare(datacenter, pool, name, seen)
    return _carried_out(asked, block, name, step)


def _pool(datacenter: Datacenter, block: str, name: str) -> Pool:
    found = next((pool for pool in datacenter.pools if pool.block == block), None)
    if found is None or not name:
        blocks = ", ".join(pool.block for pool in datacenter.pools)
        raise Refused(f"{block}/{name} names no unit of this stack: write POOL/UNIT with a pool of {blocks}")
    return found


def _look(hub: Hub, pool: Pool, declared: Unit | None) -> Seen:
    found = hub.pool(pool.name)
    if found is None:
        raise Refused(
            f"the hub knows no pool {pool.name}: run `pulumi up`, or point --context at this stack's hub"
        )
    return Seen(declared, found, hub.report(pool.name))


def _waited(asked: Asked, name: str, look: Callable[[], Seen], step: Step) -> Step:
    """The step that comes once nothing is to be waited for. Raises typer.Exit where --wait is not long enough."""
    end = time.monotonic() + asked.wait
    while asked.wait and step.waits:
        if time.monotonic() > end:
            typer.echo(f"after {asked.wait:.0f} s: {step.says}", err=True)
            raise typer.Exit(STILL_WAITING)
        time.sleep(_LOOK_SECONDS)
        step = next_step(asked.verb, name, look())
    return step


def _require_spare(datacenter: Datacenter, pool: Pool, name: str, seen: Seen) -> None:
    """Raise Refused unless somebody can take over, and no other unit of the stack is under way."""
    under_way = [
        f"{each.block}/{unit.name}" for each in datacenter.pools for unit in each.units if _goes(unit, name)
    ]
    if under_way:
        raise Refused(f"{under_way[0]} is under way: one unit at a time, so bring that one to its end first")
    if seen.published(name) is None:
        raise Refused(f"the hub does not know {name}: run `pulumi up` first")
    refusal: Refusal | None = may_retire(seen.pool, pool.name, name, seen.report)
    if refusal:
        raise Refused(str(refusal))


def _goes(unit: Unit, name: str) -> bool:
    return unit.name != name and unit.retiring and not unit.retired_by


def _carried_out(asked: Asked, block: str, name: str, step: Step) -> str:
    """The step in words, with its edit shown, or written if that was asked for."""
    if step.fields is None and not step.leaves_out:
        return step.says
    before = asked.stack.read_text(encoding="utf-8")
    try:
        fields = step.fields
        after = (
            without_unit(before, block, name) if fields is None else with_unit(before, block, name, fields)
        )
    except CannotEdit as error:
        raise Refused(str(error)) from error
    if asked.write:
        asked.stack.write_text(after, encoding="utf-8")
    then = "written: run `pulumi up`, then ask again" if asked.write else "add --write, or write it by hand"
    return f"{step.says}\n{_difference(asked.stack, before, after)}{then}"


def _difference(path: Path, before: str, after: str) -> str:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return "".join(difflib.unified_diff(old, new, str(path), str(path), n=1))
