"""A child process that does not outlive the one that started it, however that ended."""

import os
import threading
import time

_CHECK_SECONDS = 0.5


def leave_with_parent() -> None:
    """End this process, at once, as soon as its parent is gone; returns immediately."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_CHECK_SECONDS)
    os._exit(1)
