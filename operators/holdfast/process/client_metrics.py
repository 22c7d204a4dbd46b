"""Counts of what passes through the door. Labels name kinds and outcomes, never objects or tenants."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry

from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.http import Reply, Request, Transport, Unanswered
from holdfast.cluster.transport.paths import Path
from holdfast.process.described import Metric, MetricKind

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_PLURAL = ("plural", "the kind's, such as acceleratorpools")
_CALLS = Metric(
    "holdfast_api_calls",
    MetricKind.COUNTER,
    "Calls to an API server",
    (("method", "GET, POST, ... or WATCH"), _PLURAL, ("outcome", "an HTTP status, unanswered, ended or cut")),
)
_CALL_SECONDS = Metric(
    "holdfast_api_call_seconds",
    MetricKind.HISTOGRAM,
    "How long a call took",
    (("method", "GET, POST, ..."),),
    _SECONDS,
)
_RELISTS = Metric(
    "holdfast_relists", MetricKind.COUNTER, "Lists read anew", (_PLURAL, ("error", "the error behind it"))
)
_WATCH_AGE = Metric(
    "holdfast_watch_age_seconds",
    MetricKind.GAUGE,
    "Since the API server last said anything of a kind that is watched: a list, a change, or a bookmark (every minute)",
    (_PLURAL,),
)
CLIENT_METRICS = (_CALLS, _CALL_SECONDS, _RELISTS, _WATCH_AGE)


class ClientMetrics:
    """The door's own metrics in a registry that is given; one per process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.calls = _CALLS.counter(registry)
        self.seconds = _CALL_SECONDS.histogram(registry)
        self.relists = _RELISTS.counter(registry)
        self._watched = _WATCH_AGE.gauge(registry)
        self._heard: dict[str, float] = {}

    def hear(self, plural: str, monotonic: Callable[[], float]) -> None:
        """Note that the server has just spoken of a kind; `monotonic` is in seconds."""
        known = plural in self._heard
        self._heard[plural] = monotonic()
        if not known:
            self._watched.labels(plural).set_function(
                lambda: monotonic() - self._heard.get(plural, monotonic())
            )

    def forget(self, plural: str) -> None:
        """Of a kind that is not watched any more nothing is expected: its age is served again once it is."""
        self._watched.remove(plural)
        self._heard.pop(plural, None)

    def relisted(self, plural: str) -> Callable[[ClusterError], None]:
        """What a reflector of this kind tells its failures to."""
        return lambda error: self.relists.labels(plural, type(error).__name__).inc()


class MeteredTransport:
    """A transport whose calls are counted and timed; `monotonic` is in seconds."""

    def __init__(self, way: Transport, metrics: ClientMetrics, monotonic: Callable[[], float]) -> None:
        self._way = way
        self._metrics = metrics
        self._monotonic = monotonic

    def call(self, request: Request) -> Reply:
        """As Transport.call."""
        started, outcome = self._monotonic(), "unanswered"
        try:
            reply = self._way.call(request)
            outcome = str(reply.status)
        finally:
            self._metrics.calls.labels(request.method, _plural(request), outcome).inc()
            self._metrics.seconds.labels(request.method).observe(self._monotonic() - started)
        return reply

    def stream(self, request: Request) -> Iterator[bytes]:
        """As Transport.stream; counted once, by how it ended."""
        outcome, plural = "ended", _plural(request)
        try:
            self._metrics.hear(plural, self._monotonic)  # a list came just before
            for line in self._way.stream(request):
                self._metrics.hear(plural, self._monotonic)
                yield line
        except Unanswered:
            outcome = "cut"
            raise
        finally:
            self._metrics.calls.labels("WATCH", plural, outcome).inc()


def _plural(request: Request) -> str:
    try:
        return Path.parse(request.path).plural
    except ValueError:
        return ""
