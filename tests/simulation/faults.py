"""What can happen to a call on its way: the replica dies around it, its reply is lost, it is carried out too late."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

from holdfast.cluster.transport.http import Reply, Request, Transport, Unanswered


class Fault(enum.Enum):
    """One thing that goes wrong with one call."""

    CRASH_BEFORE = "the replica dies before the call leaves"
    CRASH_AFTER = "the call is carried out, then the replica dies"
    LOST_REPLY = "the call is carried out, its reply never comes"
    LATE_COMMIT = "no reply comes, and the call is carried out later"
    UNSENT = "no connection is made"


class Crash(BaseException):
    """The replica is dead: nothing in it may catch this."""


Plan = Callable[[int, Request], Fault | Reply | None]
"""(number of the call from 1, the call) → what goes wrong, or a reply to give instead, or None."""


class FaultyTransport:
    """A way to the server on which a plan's faults happen. `late` holds calls not yet carried out."""

    def __init__(self, way: Transport, plan: Plan) -> None:
        self._way = way
        self._plan = plan
        self.calls = 0
        self.dead = False
        self.late: list[Request] = []

    def call(self, request: Request) -> Reply:
        """One call with its fault, if it has one."""
        fault = self._next(request)
        if isinstance(fault, Reply):
            return fault
        if fault is Fault.LATE_COMMIT:
            self.late.append(request)
            raise Unanswered("timed out")
        if fault is Fault.UNSENT:
            raise Unanswered("connection refused", sent=False)
        reply = self._way.call(request)
        if fault is Fault.LOST_REPLY:
            raise Unanswered("connection reset")
        if fault is Fault.CRASH_AFTER:
            self._die()
        return reply

    def stream(self, request: Request) -> Iterator[bytes]:
        """A watch: any fault but a crash cuts it before its last line."""
        fault = self._next(request)
        lines = list(self._way.stream(request))
        if fault is None:
            return iter(lines)
        return _cut(lines)

    def deliver_late(self) -> list[Reply]:
        """Carry out what was held back, in order."""
        delivered, self.late = self.late, []
        return [self._way.call(request) for request in delivered]

    def _next(self, request: Request) -> Fault | Reply | None:
        if self.dead:
            raise Crash
        self.calls += 1
        fault = self._plan(self.calls, request)
        if fault is Fault.CRASH_BEFORE:
            self._die()
        return fault

    def _die(self) -> None:
        self.dead = True
        raise Crash


def _cut(lines: list[bytes]) -> Iterator[bytes]:
    yield from lines[:-1]
    raise Unanswered("stream cut")


def at_call(number: int, fault: Fault | Reply) -> Plan:
    """The plan in which exactly the call of this number goes wrong."""
    return lambda count, _: fault if count == number else None
