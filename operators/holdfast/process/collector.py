"""How often a process that holds a whole hub looks for rings among its objects: seldom, and not while it reads the hub.

What is read of a hub are trees of frozen records, which end by themselves; a ring is made by an exception here and
there. The collector's own pace looks at every record again and again while the first list comes in: a quarter of a
cold start, and a tenth still at the pace below. So it waits until the hub has been read whole, and does not look at
that again. Rings are still found, within some hundred thousand new objects.
"""

from __future__ import annotations

import gc

NEW_OBJECTS, OF_THE_YOUNG, OF_ALL = 100_000, 20, 20
"""New objects before the youngest are looked at, and how many such looks before the next older ones are, too."""
NEW_OBJECTS_AT_FIRST = 50_000_000
"""The same while the hub is read: a hundred thousand reservations, promises and plan are a third of that."""


def collect_later() -> None:
    """Until `collect_rarely`, in this process."""
    gc.set_threshold(NEW_OBJECTS_AT_FIRST, OF_THE_YOUNG, OF_ALL)


def collect_rarely() -> None:
    """From now on, in this process, and only among what is made from now on."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, OF_THE_YOUNG, OF_ALL)
