"""One call, from a request to a decoded object or the right ClusterError; no repetition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import Unavailable, Undecodable, Unknown
from holdfast.cluster.transport.http import Refusal, Request, Transport, Unanswered
from holdfast.cluster.transport.objects import Page, View
from holdfast.cluster.transport.status_errors import check, error_in_watch, error_of, error_of_silence
from holdfast.cluster.transport.wire import Change, Unreadable, Unsound, change_of, object_of, page_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Single calls over one transport. Every Date that comes back teaches the clock."""

    way: Transport
    clock: ServerClock

    def send(self, request: Request) -> bytes:
        """The body of a success; a status other than 2xx, or silence, becomes an error."""
        sent = self.clock.monotonic()
        try:
            reply = self.way.call(request)
        except Unanswered as silence:
            raise error_of_silence(request, silence) from silence
        self.clock.observe(reply.date, sent)
        check(request, reply)
        return reply.body

    def one(self, view: View[T], request: Request) -> T:
        """The object in the reply. After a write, a body that is no object leaves the write Unknown."""
        try:
            return object_of(view, self.send(request))
        except Unsound as unsound:
            error = Unknown if request.mutates else Unavailable
            raise error(f"{request}: {unsound}") from unsound
        except Unreadable as unreadable:
            raise Undecodable(f"{request}: {unreadable}") from unreadable

    def page(self, view: View[T], request: Request) -> tuple[Page[T], str]:
        """One page of a list and the token of the next."""
        try:
            return page_of(view, self.send(request))
        except Unsound as unsound:
            raise Unavailable(f"{request}: {unsound}") from unsound

    def changes(self, view: View[T], request: Request) -> Iterator[Change[T]]:
        """The lines of a watch until it ends. Expired: list anew. Unavailable: it was cut or garbled."""
        try:
            for line in self.way.stream(request):
                change = change_of(view, line)
                if isinstance(change, bytes):
                    raise error_in_watch(request, change)
                yield change
        except Unanswered as silence:
            raise error_of_silence(request, silence) from silence
        except Unsound as unsound:
            raise Unavailable(f"{request}: {unsound}") from unsound
        except Refusal as refusal:
            raise error_of(request, refusal.reply) from refusal
