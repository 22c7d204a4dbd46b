"""`holdfast watch`: reservations as they change; a table drawn anew on a terminal, a line a change elsewhere."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import typer

from holdfast.cli.cells import Grid, aligned, fitted
from holdfast.cli.printed import AS_TABLE, Row, ServedTable, grid, served_table
from holdfast.cli.spaces import looked_in, named
from holdfast.cli.unconnected import plain_errors
from holdfast.cli.wanted import Watched
from holdfast.cli.ways import Way, open_way
from holdfast.cli.written import say
from holdfast.cluster.transport.errors import Expired
from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.ways import document_of

STREAM_SECONDS = 60
"""How long the server keeps one watch open: less than the silence after which it would be taken for dead."""
LISTED = "LISTED"
HOME_AND_CLEAR = "\x1b[H\x1b[J"


@dataclass(slots=True)
class Scene:
    """What is shown: the rows by their object, and the columns they are of."""

    wide: bool
    named: bool
    columns: ServedTable = field(default_factory=lambda: ServedTable((), (), ()))
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)

    def take(self, verb: str, seen: ServedTable) -> None:
        """One change, or a whole list."""
        if verb == LISTED:
            self.rows.clear()
        self.columns = seen if seen.heads else self.columns
        for row in seen.rows:
            if verb == "DELETED":
                self.rows.pop((row.namespace, row.name), None)
            else:
                self.rows[row.namespace, row.name] = row

    def grid(self, *rows: Row) -> Grid:
        """These rows, or all of them, by name."""
        shown = rows or tuple(self.rows[key] for key in sorted(self.rows))
        table = ServedTable(self.columns.heads, self.columns.priorities, shown)
        return grid(table, wide=self.wide, named=self.named)


def watch(asked: Watched) -> None:
    """Show them until the reader leaves, or so many seconds have passed."""
    deadline = monotonic() + asked.seconds if asked.seconds is not None else None
    with plain_errors():
        way = open_way(asked.kubeconfig, asked.context)
        space, only = _meant(asked, way)
        scene = Scene(asked.wide, named=not space)
        show = _redraw if sys.stdout.isatty() else _append
        for verb, seen in _changes(way, space, only, deadline):
            scene.take(verb, seen)
            show(scene, verb, seen)


def _meant(asked: Watched, way: Way) -> tuple[str, str]:
    """The namespace, empty for all, and the name of the only one, or nothing."""
    if asked.reservation is not None and asked.everywhere:
        raise typer.BadParameter(
            f"-A is every namespace's reservations, and {asked.reservation} is one of them: nothing was asked; leave "
            "out -A, and say NAMESPACE/NAME for one elsewhere, or leave out the name"
        )
    if asked.reservation is not None:
        return named(asked.reservation, asked.namespace, way.namespace)
    probe = (("limit", "1"),)

    def look(space: str) -> str:
        way.ask(Request("GET", str(Path.of(CAPACITY_RESERVATION, space)), probe, accept=AS_TABLE))
        return space

    return looked_in(asked.namespace, way.namespace, everywhere=asked.everywhere, look=look), ""


def _changes(way: Way, space: str, only: str, deadline: float | None) -> Iterator[tuple[str, ServedTable]]:
    """The list as it is, then every change; the list again whenever the server has forgotten where we were."""
    path = str(Path.of(CAPACITY_RESERVATION, space))
    chosen = (("fieldSelector", f"metadata.name={only}"),) if only else ()
    position = ""
    while (left := _left(deadline)) >= 1:
        try:
            if not position:
                listing = Request("GET", path, chosen, accept=AS_TABLE)
                whole = document_of(listing, way.ask(listing).body)
                yield LISTED, served_table(whole)
                position = _position(whole)
            watched = (("watch", "1"), ("resourceVersion", position), ("timeoutSeconds", str(left)))
            request = Request("GET", path, (*chosen, *watched), timeout=left + 10.0, accept=AS_TABLE)
            for verb, seen in way.changes(request):
                position = _position(seen)
                yield verb, served_table(seen)
        except Expired:
            position = ""


def _left(deadline: float | None) -> int:
    """Seconds for which the next watch may last."""
    return STREAM_SECONDS if deadline is None else int(min(STREAM_SECONDS, deadline - monotonic()))


def _position(table: Any) -> str:
    """The version up to which a Table tells."""
    return str(table["metadata"]["resourceVersion"])


def _redraw(scene: Scene, _verb: str, _seen: ServedTable) -> None:
    lines = (
        fitted(scene.grid(), shutil.get_terminal_size().columns) if scene.rows else ["no reservations yet"]
    )
    say(HOME_AND_CLEAR + "\n".join(lines))


def _append(scene: Scene, verb: str, seen: ServedTable) -> None:
    """Heads once, then each row that has changed; one that is gone says so."""
    if not seen.rows:
        return
    lines = aligned(scene.grid(*seen.rows))
    gone = "  DELETED" if verb == "DELETED" else ""
    say("\n".join(line + gone for line in (lines if verb == LISTED else lines[1:])))
