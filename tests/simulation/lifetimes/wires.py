"""The ways from a process to a server: each call is a scheduling point, and any call may go wrong on its way.

MainWire    of the main thread: stops before every call, carries the faults that were armed
SideWire    of reflectors, elector and heartbeat: runs at once, fails only while the server cannot be reached
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Crash, Fault
from tests.simulation.lifetimes.actor import Actor
from tests.simulation.lifetimes.journal import Journal

from holdfast.cluster.transport.http import Reply, Request, Unanswered

BUSY = Reply(429, b'{"kind":"Status","status":"Failure","reason":"TooManyRequests","code":429}')
BROKEN = Reply(500, b'{"kind":"Status","status":"Failure","reason":"InternalError","code":500}')


@dataclass(slots=True)
class Net:
    """What lies between processes and servers: late calls under way, unreachable pairs, and the story so far."""

    journal: Journal
    late: list[tuple[str, ApiServer, Request]] = field(default_factory=list)
    cut: set[tuple[str, str]] = field(default_factory=set)
    speaker: str = "world"
    calls: int = 0
    on_call: Callable[[Actor, Request], None] = lambda _actor, _request: None

    def carry(self, who: str, server: ApiServer, request: Request, fate: str = "") -> Reply:
        """Let the server answer, in somebody's name."""
        self.calls += 1
        self.speaker, before = who, self.speaker
        try:
            reply = server.call(request)
        finally:
            self.speaker = before
        if self.journal.on:
            self.journal.call(who, request, reply, fate)
        return reply

    def deliver(self, number: int) -> None:
        """Carry out one of the late calls."""
        if self.late:
            who, server, request = self.late.pop(number % len(self.late))
            self.carry(f"{who} (late)", server, request, "delivered late")


@dataclass(slots=True)
class MainWire:
    """The way of a main thread to one server."""

    net: Net
    actor: Actor
    server: ApiServer
    place: str

    def call(self, request: Request) -> Reply:
        """As Transport.call, at its turn, with its fault if it has one."""
        self.actor.before(f"{request} at {self.place}")
        self.net.on_call(self.actor, request)
        if (self.actor.name, self.place) in self.net.cut:
            raise Unanswered("no route", sent=False)
        fault = self.actor.fault()
        if isinstance(fault, Reply):
            self._tell(request, f"answered {fault.status}")
            return fault
        if fault is Fault.CRASH_BEFORE:
            self._tell(request, "dies before it")
            raise Crash
        if fault in (Fault.LATE_COMMIT, Fault.UNSENT):
            return self._unanswered(request, fault is Fault.LATE_COMMIT)
        return self._carried(request, fault)

    def stream(self, request: Request) -> Iterator[bytes]:
        """Main threads do not watch."""
        raise AssertionError(f"{self.actor.name} watches {request.path} in its main thread")

    def _unanswered(self, request: Request, later: bool) -> Reply:
        if later:
            self.net.late.append((self.actor.name, self.server, request))
        self._tell(request, "no answer yet" if later else "not sent")
        raise Unanswered("timed out" if later else "connection refused", sent=later)

    def _carried(self, request: Request, fault: object | None) -> Reply:
        words = {Fault.LOST_REPLY: "reply lost", Fault.CRASH_AFTER: "dies after it"}
        reply = self.net.carry(self.actor.name, self.server, request, words.get(fault, ""))  # type: ignore[call-overload]
        if fault is Fault.LOST_REPLY:
            raise Unanswered("connection reset")
        if fault is Fault.CRASH_AFTER:
            raise Crash
        return reply

    def _tell(self, request: Request, what: str) -> None:
        self.net.journal.note(self.actor.name, f"{request} at {self.place}: {what}")


@dataclass(slots=True)
class SideWire:
    """The way of everything beside the main thread. In so many watches as `drop` says all changes are lost."""

    net: Net
    name: str
    server: ApiServer
    place: str
    drop: int = 0

    @property
    def cut(self) -> bool:
        """Whether the server cannot be reached."""
        return (self.name, self.place) in self.net.cut

    def call(self, request: Request) -> Reply:
        """As Transport.call, at once."""
        self._reachable()
        self.net.calls += 1
        self.net.speaker, before = self.name, self.net.speaker
        try:
            return self.server.call(request)
        finally:
            self.net.speaker = before

    def stream(self, request: Request) -> Iterator[bytes]:
        """As Transport.stream: all that has happened, then the end."""
        self._reachable()
        self.net.calls += 1
        lines = list(self.server.stream(request))
        if self.drop and len(lines) > 1:
            self.net.journal.note(self.name, f"watch {request.path}: {len(lines) - 1} changes lost")
            self.drop -= 1
            return iter(lines[-1:])
        return iter(lines)

    def _reachable(self) -> None:
        if self.cut:
            raise Unanswered("no route", sent=False)
