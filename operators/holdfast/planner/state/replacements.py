"""When units of a pool were replaced, as far as it counts: so many may be within a time (`upkeep/repair.py`)."""

from __future__ import annotations

from holdfast.api.bounds import REPLACEMENT_WINDOW_SECONDS
from holdfast.planner.state.sheet import Sheet


def replaced_at(sheet: Sheet) -> tuple[int, ...]:
    """When units were replaced within the window that counts, on this sheet too.

    What no longer counts is dropped only with a write that adds one: to forget is no reason to write.
    """
    read, since = sheet.as_read, sheet.now - REPLACEMENT_WINDOW_SECONDS
    new = (grant for grant in sheet.grants.values() if grant.number > read.granted)
    fresh = sheet.moves + sum(grant.replaces is not None for grant in new)
    if not fresh:
        return read.replaced
    return (*(at for at in read.replaced if at > since), *[max(read.as_of, sheet.now)] * fresh)
