"""The console's last lock: a call that could change anything at the API server never leaves the process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.cluster.transport.http import Reply, Request, Transport
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.transport.write_rule import UnguardedWrite, stores_nothing


@dataclass(frozen=True, slots=True)
class ReadOnlyTransport:
    """A transport that lets reads and reviews pass, and nothing else."""

    way: Transport

    def call(self, request: Request) -> Reply:
        """As Transport.call; raises UnguardedWrite before anything is sent."""
        if request.mutates and not (request.method == "POST" and stores_nothing(Path.parse(request.path))):
            raise UnguardedWrite(f"{request}: the console writes nothing. It was not sent.")
        return self.way.call(request)

    def stream(self, request: Request) -> Iterator[bytes]:
        """As Transport.stream, which only reads."""
        return self.way.stream(request)
