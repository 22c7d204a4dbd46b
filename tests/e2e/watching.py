"""A watch in the background: every state that an object passes through is seen, not only those a test looks at."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO

from holdfast_lab.testing import Kubectl


class Seen:
    """What a watch has printed, line by line, while it still runs."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._more = threading.Condition()

    @property
    def lines(self) -> list[str]:
        """The lines so far."""
        with self._more:
            return list(self._lines)

    def take(self, source: IO[str]) -> None:
        """Read until the watch ends; the target of a thread."""
        for line in source:
            with self._more:
                self._lines.append(line.strip())
                self._more.notify_all()

    def until(self, wanted: Callable[[list[str]], bool], seconds: float = 30) -> None:
        """Return the moment the lines are as wanted; AssertionError after `seconds`."""
        deadline = time.monotonic() + seconds
        with self._more:
            if not self._more.wait_for(lambda: wanted(self._lines), deadline - time.monotonic()):
                raise AssertionError(f"not within {seconds:.0f} s; seen: {self._lines[-5:]}")


@contextlib.contextmanager
def watching(kubectl: Kubectl, form: str, *what: str) -> Iterator[Seen]:
    """`kubectl get WHAT --watch` for the length of the block, each event printed in this JSONPath form."""
    argv = kubectl.argv("get", *what, "--watch", "--output-watch-events", f"-o=jsonpath={form}{{'\\n'}}")
    seen = Seen()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        reader = threading.Thread(target=seen.take, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            yield seen
        finally:
            process.terminate()
            reader.join()
