"""The lab's only reading of the wall clock; everything else takes `now` as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC, for certificates and nothing that decides about promises."""
    return datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)
