"""Restarts one of Holdfast's processes, as a Deployment would: what ends is started again after a pause.

An operator that could not renew its lease ends itself and counts on this. Run as `python -m` this module
`PROGRAM ARGUMENT...`; it leads the process group of its child, so that whoever signals the group ends both.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

PAUSE_SECONDS = 1.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0


def restart(argv: Sequence[str], stopped: threading.Event) -> int:
    """Start the program again whenever it ends, until told to stop; then wait for its end.

    The pause doubles while it ends soon after each start, as a crash loop's back-off does.
    """
    pause = PAUSE_SECONDS
    while not stopped.is_set():
        began = time.monotonic()
        child = subprocess.Popen(argv)
        code = child.wait()
        if stopped.is_set():
            return code
        pause = PAUSE_SECONDS if time.monotonic() - began > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
        sys.stderr.write(f"ended with {code}; started again in {pause:.0f} s\n")
        stopped.wait(pause)
    return 0


def main() -> int:
    """Restart the program named by the arguments, until told to end."""
    stopped = threading.Event()

    def asked_to_end(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=stopped.set).start()  # not here: the event's lock may be this thread's

    signal.signal(signal.SIGTERM, asked_to_end)
    signal.signal(signal.SIGINT, asked_to_end)
    return restart(sys.argv[1:], stopped)


if __name__ == "__main__":
    raise SystemExit(main())
