"""A tenant's hub: reserve, ask when, wait, see where to run and on which hosts, give up.

A call is repeated only where the server itself says when to ask again (429), for ten seconds at most. `when` and `wait`
look again until their time is over, also where a look fails; a write that got no answer is settled by doing it again,
which `reserve` and `cancel` allow.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn

from holdfast.client.asked import Ask, Question, spec_of
from holdfast.client.places import Place, fields_of, units_at
from holdfast.client.reading import Document, Fields
from holdfast.client.remedies import with_remedy
from holdfast.client.told import Access, Answer, Reservation, answer_of, reservation_of
from holdfast.client.waiting import TimedOut, Until, reached, stalled, timed_out
from holdfast.cluster.transport.errors import AlreadyExists, ClusterError, Gone, Unavailable
from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kinds import AVAILABILITY_QUERY, CAPACITY_RESERVATION, ServedKind
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.ways import Way

A_WHILE = timedelta(seconds=30)
KEPT_SECONDS = 60
"""An answer is read at once, and the query deleted; this is for a program that was killed meanwhile."""
STRICT = (("fieldValidation", "Strict"),)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a client waits: its clock and its sleep, both in seconds, and how long between two looks."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    look_seconds: float = 0.5


def nowhere(datacenter: str) -> NoReturn:
    """The way to a datacenter where none was given."""
    raise LookupError(f"no way to {datacenter} was given: make the client with `site`, or by connect()")


@dataclass(frozen=True, slots=True)
class Client:
    """One namespace of a hub, as the identity behind `hub`; `with` it, connections are let go of.

    `site` gives the way to a datacenter's own cluster, which is closed after use. Every method raises ClusterError,
    whose notes say what to do.
    """

    hub: Way
    namespace: str
    site: Callable[[str], Way] = nowhere
    pace: Pace = field(default_factory=Pace)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.hub.close()

    def when(
        self,
        ask: Ask,
        question: Question = Question.SLOTS,
        *,
        offers: int = 4,
        timeout: timedelta = A_WHILE,
    ) -> Answer:
        """What could be promised now; nothing is held for it. Raises TimedOut where no planner answers."""
        name = f"client-{secrets.token_hex(4)}"
        told: Document = {"answer": question.value, "maxOffers": offers, "reservation": spec_of(ask)}
        self._create(AVAILABILITY_QUERY, name, {**told, "ttlSecondsAfterAnswered": KEPT_SECONDS})
        try:
            return self._answer(name, timeout.total_seconds())
        finally:
            with contextlib.suppress(ClusterError):  # the operator deletes it in any case
                self._call("DELETE", AVAILABILITY_QUERY, name)

    def reserve(self, name: str, ask: Ask) -> Reservation:
        """A reservation of this name that asks for this: made, or the one that is there already.

        Raises AlreadyExists where one of this name asks for something else, ValueError for an ask without sense.
        """
        try:
            return reservation_of(self._create(CAPACITY_RESERVATION, name, spec_of(ask)))
        except AlreadyExists as taken:
            found = self.get(name)
            if spec_of(found.ask) != spec_of(ask):
                raise _another(found, ask) from taken
            return found

    def get(self, name: str) -> Reservation:
        """A reservation as it stands now. Raises Gone."""
        return reservation_of(self._call("GET", CAPACITY_RESERVATION, name))

    def wait(self, name: str, until: Until, *, timeout: timedelta) -> Reservation:
        """The reservation once it has come to that; the first look is at once.

        Raises Gone, Stalled where waiting does not help, and TimedOut, which says how it stood.
        """
        last, trouble = None, ""
        deadline = self.pace.monotonic() + timeout.total_seconds()
        while True:
            try:
                last, trouble = self.get(name), ""
            except Unavailable as error:
                trouble = str(error)
            if last is not None and not trouble:
                if reached(until, last):
                    return last
                if hopeless := stalled(until, last):
                    raise hopeless
            if self.pace.monotonic() >= deadline:
                path = f"{self.namespace}/{name}"
                raise timed_out(until, path, timeout.total_seconds(), last, trouble)
            self.pace.sleep(self.pace.look_seconds)

    def access(self, name: str) -> tuple[Access, ...]:
        """Where to run, a datacenter each; empty while no unit is open."""
        return self.get(name).access

    def hosts(self, name: str) -> tuple[Place, ...]:
        """Its units and hosts at every datacenter; one that cannot be read says so, and the others are told."""
        found = self.get(name)
        return tuple(self._place(found.path, access) for access in found.access)

    def cancel(self, name: str) -> None:
        """Give a reservation up: its promise ends, and pods on its units are ended. One that is gone is given up."""
        with contextlib.suppress(Gone):
            self._call("DELETE", CAPACITY_RESERVATION, name)

    def _place(self, path: str, access: Access) -> Place:
        try:
            with contextlib.closing(self.site(access.datacenter)) as site:
                return Place(access, units_at(site, access.namespace, path))
        except Exception as error:  # of a way that the caller brought, anything may come
            return Place(access, unread=str(error))

    def _answer(self, name: str, seconds: float) -> Answer:
        deadline = self.pace.monotonic() + seconds
        while True:
            trouble = "no planner has answered: does the operator run?"
            try:
                if found := answer_of(self._call("GET", AVAILABILITY_QUERY, name)):
                    return found
            except Unavailable as error:
                trouble = str(error)
            if self.pace.monotonic() >= deadline:
                raise TimedOut(f"{self.namespace}/{name} has no answer after {seconds:g} s: {trouble}", None)
            self.pace.sleep(self.pace.look_seconds)

    def _create(self, kind: ServedKind, name: str, spec: Document) -> Fields:
        meta = {"name": name, "namespace": self.namespace}
        document = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta, "spec": spec}
        request = Request("POST", str(Path.of(kind, self.namespace)), STRICT, json.dumps(document).encode())
        return self._sent(request)

    def _call(self, method: str, kind: ServedKind, name: str) -> Fields:
        return self._sent(Request(method, str(Path.of(kind, self.namespace, name))))

    def _sent(self, request: Request) -> Fields:
        with with_remedy(self.namespace):
            return fields_of(request, self.hub.ask(request).body)


def _another(found: Reservation, ask: Ask) -> AlreadyExists:
    stored, asked = spec_of(found.ask), spec_of(ask)
    fields = sorted(key for key in stored.keys() | asked.keys() if stored.get(key) != asked.get(key))
    told = "; ".join(f"{key} is {stored.get(key)!r} there and {asked.get(key)!r} here" for key in fields)
    return AlreadyExists(
        f"{found.path} is there already and asks for something else, so nothing was made: {told}. Take another "
        "name, or give that one up first"
    )
