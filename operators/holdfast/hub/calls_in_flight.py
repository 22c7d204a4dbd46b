"""Calls that do not depend on each other: one after the other, or several under way at once.

Which it is changes nothing in what may be stored: every call carries the version it was decided on, so the server puts
them in an order of its own anyway. What must come first (ledgers before the promises that rest on them) is another,
earlier set of calls.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Protocol, TypeVar

T = TypeVar("T")
MOST = 8
"""Under way at once: a planner's fair share of a server that serves others too."""


class Together(Protocol):
    """Makes calls; the results stand in the order of the calls, whatever the order they were made in.

    Where one raises, none begins after it, and its error is raised once those under way have ended.
    """

    def __call__(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Make them all."""


def one_by_one(calls: Sequence[Callable[[], T]]) -> list[T]:
    """In order, each when the one before has its answer."""
    return [call() for call in calls]


class InFlight:
    """At most so many at once, each in a thread. `close` lets the threads go."""

    def __init__(self, most: int = MOST) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="call")

    def __call__(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """As Together."""
        failed = threading.Event()
        begun = [self._threads.submit(partial(_unless, failed, call)) for call in calls]
        wait(begun)
        errors = [error for one in begun if (error := one.exception()) is not None]
        if errors:
            raise min(errors, key=lambda one: isinstance(one, _NotBegun))
        return [one.result() for one in begun]

    def close(self) -> None:
        """Begin nothing more, and wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class _NotBegun(Exception):
    """Another call has failed, so this one was not made."""


def _unless(failed: threading.Event, call: Callable[[], T]) -> T:
    if failed.is_set():
        raise _NotBegun("not made: another call of this turn has failed")
    try:
        return call()
    except BaseException:
        failed.set()
        raise
