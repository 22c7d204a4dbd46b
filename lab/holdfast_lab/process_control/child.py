"""A child process that ends with the one that started it: the child's side, and its parent's."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from typing import Any

_CHECK_SECONDS = 0.5


def leave_with_parent() -> None:
    """End this process, at once, as soon as its parent is gone; returns immediately."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def wait_or_kill(child: subprocess.Popen[Any], seconds: float) -> None:
    """Wait for a child that was asked to end, and end it hard if it does not listen."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_CHECK_SECONDS)
    os._exit(1)
