"""What an agent counts of its own turns. No names of tenants: metrics are read by many."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from holdfast.process.described import Metric, MetricKind, tell_build

_TURNS = Metric(
    "holdfast_agent_turns", MetricKind.COUNTER, "Turns taken", (("outcome", "done or cut short"),)
)
_SECONDS = Metric(
    "holdfast_agent_turn_seconds",
    MetricKind.HISTOGRAM,
    "How long a turn took",
    (),
    (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)
_HELD_BACK = Metric(
    "holdfast_agent_held_back",
    MetricKind.GAUGE,
    "Objects left as they are, each for a reason in the log and in the report",
)
_BEATS_MISSED = Metric("holdfast_agent_beats_missed", MetricKind.COUNTER, "Heartbeats that could not be made")
AGENT_METRICS = (_TURNS, _SECONDS, _HELD_BACK, _BEATS_MISSED)


class AgentMetrics:
    """The agent's metrics in a registry that is given; one per process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        tell_build(registry, "agent")
        self.turns = _TURNS.counter(registry)
        self.seconds = _SECONDS.histogram(registry)
        self.held_back = _HELD_BACK.gauge(registry)
        self.beats_missed = _BEATS_MISSED.counter(registry)

    def after(self, outcome: str, seconds: float, held_back: int) -> None:
        """Note a turn that has ended."""
        self.turns.labels(outcome).inc()
        self.seconds.observe(seconds)
        self.held_back.set(held_back)
