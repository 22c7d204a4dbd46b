"""What every reason says beside its word: who can end it, and what else it stands for."""

from __future__ import annotations

from enum import Enum


class Mender(Enum):
    """Who can end what a reason says."""

    NOBODY = "nobody: all is well"
    AUTHOR = "the reservation's author"
    AUTHOR_OR_TIME = "the reservation's author, or time"
    PLATFORM = "a platform engineer"
    TIME = "time: it ends by itself"


class Role(Enum):
    """What else a reason stands for."""

    PLAIN = "only what its word says"
    RUNNING = "the tenant's pods can run"
    ENDING = "why a promise ended, or took another form"
