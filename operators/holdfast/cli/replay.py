"""`holdfast replay FILE`: kept turns, or a saved hub, planned again by the shipped planner; no server is asked.

Exit status: 0 every turn came out as it did, 1 one did not, 2 the file cannot be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path

import typer
from rich.console import Console

from holdfast.cli.connection import Unconnected, one_line_errors
from holdfast.cli.operator_asked import AskedReplay
from holdfast.cli.tables import Grid, say, show
from holdfast.hardware.instants import text_of
from holdfast.hub.kept_turns import (
    Beside,
    Decided,
    KeptTurn,
    are_kept_turns,
    decided_by,
    snapshot_of,
    turns_of,
)
from holdfast.hub.left_out import LeftOut, without
from holdfast.hub.saved_hub import hub_of_text
from holdfast.planner.plan import plan
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Policy, Snapshot
from holdfast.planner.state.steps import Hold

OTHERWISE = 1
HEADS = ("TURN", "AT", "LEDGERS", "PROMISES", "HOLDS", "AGAIN")


@dataclass(frozen=True, slots=True)
class Replayed:
    """A turn planned again. `kept` is what it decided then; None where that is not known, or cannot be the same."""

    number: int
    snapshot: Snapshot
    plan: Plan
    kept: Decided | None

    @property
    def decided(self) -> Decided:
        """What it decides now: of the holds those it gave anew then."""
        labels = None if self.kept is None else self.kept.holds
        asks = self.snapshot.reservations
        return decided_by(
            self.snapshot,
            self.plan,
            [u for u in self.plan.holds if labels is None or asks[u].label in labels],
        )

    @property
    def again(self) -> str:
        """Whether it decides the same."""
        if self.kept is None:
            return "-"
        now, then = self.decided, self.kept
        other = [each.name for each in fields(Decided) if getattr(now, each.name) != getattr(then, each.name)]
        return f"other {' and '.join(other)}" if other else "the same"


def replay(asked: AskedReplay) -> None:
    """Plan every turn of a file again, or one."""
    console = Console()
    with one_line_errors(Console(stderr=True)):
        found = list(_replayed(asked.file, asked.turn, asked.without))
        if asked.explain is not None:
            report(console, found, asked.explain)
    if not found:
        say(console, "no turn in it")
    elif asked.explain is None:
        show(console, Grid("TURNS", HEADS, tuple(_row(one) for one in found)))
    if any(one.again.startswith("other") for one in found):
        raise typer.Exit(OTHERWISE)


def _replayed(file: Path, turn: int | None, left_out: str | None) -> Iterator[Replayed]:
    """The turns that are asked for: one by its number, the last one where something is left out, else all."""
    turns = read(file)
    if turn is not None and turn > len(turns):
        raise Unconnected(f"--turn {turn}: there {_counted(len(turns))} in {file}")
    if left_out is not None and turn is None:
        turn = len(turns)
    for number, kept in enumerate(turns, 1):
        if turn is not None and number != turn:
            continue
        snapshot = snapshot_of(kept)
        if left_out is not None:
            try:
                snapshot = without(snapshot, left_out)
            except LeftOut as error:
                raise Unconnected(str(error)) from error
        known = kept.decided if kept.decided is not NOT_KNOWN and left_out is None else None
        yield Replayed(number, snapshot, plan(snapshot), known)


def _counted(turns: int) -> str:
    return {0: "is no turn", 1: "is 1 turn"}.get(turns, f"are {turns} turns")


NOT_KNOWN = Decided({}, {}, {})
"""Of a saved hub: no turn was planned on it."""


def read(file: Path) -> list[KeptTurn]:
    """The turns in a file; a saved hub is one, an empty file has none. Raises Unconnected where it is neither."""
    try:
        with file.open(encoding="utf-8") as lines:
            first = lines.readline()
            if not first:
                return []
            if are_kept_turns(first):
                return list(turns_of(chain([first], lines)))
            saved = hub_of_text(first + lines.read())
    except (OSError, ValueError) as error:
        raise Unconnected(f"{file} cannot be used: {error}") from error
    epoch = 1 + max((one.status.epoch for one in saved.hub.pools if one.status is not None), default=0)
    return [KeptTurn(saved.hub, Beside(saved.now, epoch, "replay", Policy().slot), NOT_KNOWN)]


def report(console: Console, turns: list[Replayed], label: str) -> None:
    """What the last of these turns says to one reservation, NAMESPACE/NAME. Unconnected where it is not in it."""
    if not turns:
        raise Unconnected(f"--explain {label}: there is no turn in the file")
    one = turns[-1]
    uid = next((uid for uid, ask in one.snapshot.reservations.items() if ask.label == label), None)
    if uid is None:
        raise Unconnected(
            f"--explain {label}: no reservation of that name (NAMESPACE/NAME) is in turn {one.number}, or the turn "
            "had no time for it; --turn says another"
        )
    say(console, f"{label} in turn {one.number}, {text_of(one.snapshot.now)}")
    for line in _told(one, label, uid):
        say(console, f"  {line}")


def _told(one: Replayed, label: str, uid: str) -> Iterator[str]:
    before, hold = one.snapshot.promises.get(uid), one.plan.holds.get(uid)
    if promised := one.decided.promises.get(label):
        yield f"decided: {promised}"
    if hold is not None:
        yield from _held(hold)
    elif not promised:
        yield "nothing is decided" if before is None else f"it stays {before.state.value}"


def _held(hold: Hold) -> Iterator[str]:
    yield f"held: {hold.reason.value}: {hold.message}"
    yield from (f"in the way: {each.kind} {each.name}" for each in hold.blockers)
    if hold.earliest_start is not None:
        yield f"it could begin at {text_of(hold.earliest_start)}"
    yield from (f"it would fit: {each.kind}" for each in hold.relaxations)


def _row(one: Replayed) -> tuple[str, ...]:
    counts = (len(one.plan.ledgers), len(one.plan.promises), len(one.decided.holds))
    return str(one.number), text_of(one.snapshot.now), *map(str, counts), one.again
