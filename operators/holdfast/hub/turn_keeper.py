"""Keeps the turns that decided something, in a folder that is told: evidence for `holdfast replay`, bounded in bytes.

    turns.jsonl      the file being written: a base, then turns
    turns.1.jsonl    the one before it; together they stay below the bound

Rule 1. Nothing waits for it: turns are handed to a thread, and where that is behind, turns are left out.
Rule 2. Nothing depends on it: a disk that is full costs evidence and no turn.
Rule 3. Nobody else reads it: tenants' names are in it, so files have mode 0600. No operator reads them either.
"""

from __future__ import annotations

import os
import queue
import threading
from pathlib import Path

from holdfast.hub.kept_turns import KeptTurn, base_line, turn_line, turn_of
from holdfast.hub.settings import OperatorSettings
from holdfast.hub.snapshot_reader import HubDocuments
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Snapshot
from holdfast.process.logs import logger

NOW, BEFORE = "turns.jsonl", "turns.1.jsonl"
BEHIND = 8
"""Turns that may wait to be written."""
_log = logger("turns")


class TurnFiles:
    """The two files of a folder. Not for several threads; raises OSError where they cannot be written."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most
        self._size = 0
        self._before: HubDocuments | None = None

    def keep(self, kept: KeptTurn) -> None:
        """Write one turn; raises ValueError where a base alone is more than half of what may be kept."""
        line = "" if self._before is None else turn_line(self._before, kept)
        if self._before is None or self._size + len(line) > self._most // 2:
            line = self._begin(kept)
        self._append(line)
        self._before = kept.hub

    def forget(self) -> None:
        """Begin with a base next time: what was written last is in doubt."""
        self._before = None

    def _begin(self, kept: KeptTurn) -> str:
        """A new file with the base of this turn; returns the turn as a line after it."""
        base, line = base_line(kept.hub, kept.beside.now), turn_line(kept.hub, kept)
        if len(base) + len(line) > self._most // 2:
            raise ValueError(
                f"one base takes {len(base)} bytes and two files may take {self._most}: no turn is kept; give more "
                "with --keep-bytes"
            )
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / NOW
        if file.exists():
            file.replace(self._folder / BEFORE)
        self._size = 0
        self._append(base)
        return line

    def _append(self, line: str) -> None:
        handle = os.open(self._folder / NOW, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(line)
        self._size += len(line)


class TurnKeeper:
    """Takes turns from the loop and writes them in a thread of its own."""

    def __init__(self, files: TurnFiles) -> None:
        self._files = files
        self._waiting: queue.Queue[tuple[HubDocuments, Snapshot, Plan]] = queue.Queue(BEHIND)

    def take(self, hub: HubDocuments, snapshot: Snapshot, made: Plan) -> None:
        """Keep a turn that decided something, if there is room for it."""
        if not (made.ledgers or made.promises or made.deletes or made.decided):
            return
        try:
            self._waiting.put_nowait((hub, snapshot, made))
        except queue.Full:
            _log.warning("a turn is not kept: the disk is behind")

    def run(self, stop: threading.Event) -> None:
        """Write what comes until told to stop, and then what is left."""
        while not (stop.is_set() and self._waiting.empty()):
            self.write(timeout=0.5)

    def write(self, timeout: float) -> None:
        """Write the next turn, if one comes in so many seconds."""
        try:
            hub, snapshot, made = self._waiting.get(timeout=timeout)
        except queue.Empty:
            return
        try:
            self._files.keep(turn_of(hub, snapshot, made))
        except (OSError, ValueError) as error:
            self._files.forget()
            _log.warning("a turn is not kept", why=str(error))


def keeper_of(settings: OperatorSettings) -> TurnKeeper | None:
    """The keeper of a replica, if it is told to keep turns; each replica writes in a folder of its own."""
    if settings.keep_turns is None:
        return None
    return TurnKeeper(TurnFiles(settings.keep_turns, settings.keep_bytes))
