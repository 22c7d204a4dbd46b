"""A process of the simulation: its main thread stops before every call, and goes on when the scheduler says so.

    scheduler   run(3) ───────────▶ parked        run(0) ─▶ parked
    actor             call call call │ before a 4th              │ between two turns, or before the next call

Exactly one thread runs at any time. What an actor remembers dies with it: `reborn` makes it anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.simulation.faults import Crash

WHOLE_TURN = 1_000_000
"""More calls than any turn makes."""


class _Abandoned(BaseException):
    """The life is over; an actor that still waits ends."""


class Actor:
    """One process. `turn` is one turn of its loop, `reborn` gives it fresh memory."""

    def __init__(self, name: str, turn: Callable[[], object], reborn: Callable[[], None]) -> None:
        self.name = name
        self.frozen = False
        self.next_call = ""
        self.failure: BaseException | None = None
        self.faults: list[object] = []
        self._turn = turn
        self._reborn = reborn
        self._left = 0
        self._dying = self._abandoned = False
        self._go, self._parked = threading.Lock(), threading.Lock()
        self._go.acquire()
        self._parked.acquire()
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)
        self._thread.start()
        self._parked.acquire()

    # --- for the scheduler ------------------------------------------------------------------------------

    @property
    def amid(self) -> bool:
        """Whether it stands inside a turn, before a call."""
        return bool(self.next_call)

    def run(self, calls: int = WHOLE_TURN) -> None:
        """Let it make so many calls, or come to the end of its turn."""
        if self.frozen or self.failure is not None:
            return
        self._left = calls
        self._step()

    def crash(self) -> None:
        """It dies where it stands, and starts again with fresh memory."""
        self.faults.clear()
        if self.amid:
            self._dying = True
            self._step()
        elif self.failure is None:
            self._reborn()

    def abandon(self) -> None:
        """End its thread, wherever it stands."""
        self._abandoned = True
        self._go.release()
        self._thread.join(5)

    # --- for its own thread -----------------------------------------------------------------------------

    def before(self, call: str) -> None:
        """A call is about to be made: wait here if the calls that were allowed are used up."""
        if self._left <= 0:
            self._park(call)
        self._left -= 1

    def stop_here(self, call: str) -> None:
        """Be frozen before this very call, until somebody lets it go on."""
        self.frozen = True
        self._park(call)

    def fault(self) -> object | None:
        """What goes wrong with the call that is being made, if anything does."""
        return self.faults.pop(0) if self.faults else None

    def wait(self, seconds: float) -> None:
        """A pause between two tries: others may go on."""
        if self._left < WHOLE_TURN // 2:
            self._park(f"wait {seconds:.1f} s")

    # --- under both -------------------------------------------------------------------------------------

    def _step(self) -> None:
        self._go.release()
        self._parked.acquire()

    def _park(self, call: str) -> None:
        self.next_call = call
        self._parked.release()
        self._go.acquire()
        if self._abandoned:
            raise _Abandoned
        if self._dying:
            self._dying = False
            raise Crash

    def _live(self) -> None:
        try:
            while True:
                self._park("")
                self._take()
        except _Abandoned:
            return

    def _take(self) -> None:
        try:
            self._turn()
        except Crash:
            self._reborn()
        except _Abandoned:
            raise
        except BaseException as failure:
            self.failure = failure
