"""One metric as it is written down: name, kind, unit in the name, labels that are few, and what it means.

What stands in a table of these is what a process serves and what docs/metrics.md says: names are stable, and labels
never name tenants or reservations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class MetricKind(StrEnum):
    """What may be asked of it: a gauge its value, a counter its rate, a histogram its quantiles."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """`labels` are given by name, each with what its values are."""

    name: str
    kind: MetricKind
    means: str
    labels: tuple[tuple[str, str], ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def served(self) -> str:
        """The name under which it is scraped: of a counter with _total."""
        return f"{self.name}_total" if self.kind is MetricKind.COUNTER else self.name

    def gauge(self, registry: CollectorRegistry) -> Gauge:
        """The gauge, in this registry."""
        return Gauge(self.name, self.means, self._labels, registry=registry)

    def counter(self, registry: CollectorRegistry) -> Counter:
        """The counter, in this registry."""
        return Counter(self.name, self.means, self._labels, registry=registry)

    def histogram(self, registry: CollectorRegistry) -> Histogram:
        """The histogram, in this registry."""
        return Histogram(self.name, self.means, self._labels, registry=registry, buckets=self.buckets)

    @property
    def _labels(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.labels)


BUILD_INFO = Metric(
    "holdfast_build_info",
    MetricKind.GAUGE,
    "1, with the version that runs",
    (("version", "of Holdfast"), ("process", "operator or agent")),
)


def tell_build(registry: CollectorRegistry, process: str) -> None:
    """Serve which version this process is."""
    BUILD_INFO.gauge(registry).labels(version("holdfast"), process).set(1)
