"""Threads of a process: each ends with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


def start_thread(target: Callable[..., object], *arguments: Any) -> threading.Thread:
    """Run `target` in a thread that does not keep the process alive."""
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread
