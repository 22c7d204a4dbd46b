"""What a person sees while the lab works: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status


class Progress:
    """Steps that run, several at once perhaps; each finished one leaves a line with its seconds.

    Written to stderr, so that stdout stays what a command answers.
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._lock = threading.Lock()
        self._running: list[str] = []
        self._status: Status | None = None

    def say(self, line: str) -> None:
        """Print one line now."""
        self._console.print(line, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Show `text` while the block runs and `text: N s` when it has succeeded."""
        began = time.monotonic()
        self._show(started=text)
        try:
            yield
        except BaseException:
            self._show(ended=text)
            raise
        self._show(ended=text)
        self.say(f"{text}: {time.monotonic() - began:.1f} s")

    def _show(self, started: str = "", ended: str = "") -> None:
        with self._lock:
            self._running = [text for text in [*self._running, started] if text and text != ended]
            if self._console.is_terminal:
                self._turn(", ".join(self._running))

    def _turn(self, line: str) -> None:
        if self._status is None and line:
            self._status = self._console.status(line)
            self._status.start()
        elif self._status is not None and line:
            self._status.update(line)
        elif self._status is not None:
            self._status.stop()
            self._status = None
