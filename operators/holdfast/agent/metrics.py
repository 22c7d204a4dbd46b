"""What an agent counts of its own turns. No names of tenants: metrics are read by many."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class AgentMetrics:
    """The agent's metrics in a registry that is given; one per process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.turns = Counter("holdfast_agent_turns", "Turns taken", ("outcome",), registry=registry)
        self.seconds = Histogram("holdfast_agent_turn_seconds", "Their duration", registry=registry)
        self.held_back = Gauge(
            "holdfast_agent_held_back", "Objects left as they are for a reason in the log", registry=registry
        )
        self.beats_missed = Counter("holdfast_agent_beats_missed", "Heartbeats not made", registry=registry)

    def after(self, outcome: str, seconds: float, held_back: int) -> None:
        """Note a turn that has ended."""
        self.turns.labels(outcome).inc()
        self.seconds.observe(seconds)
        self.held_back.set(held_back)
