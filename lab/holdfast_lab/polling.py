"""Looking again and again until there is something to see."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def poll(look: Callable[[], Seen], seconds: float, pause_seconds: float = 0.2) -> Seen:
    """What `look` says as soon as that is true; what it said last where nothing came within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(pause_seconds)
    return seen
