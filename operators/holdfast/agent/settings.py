"""What an agent is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.cluster.leases.heartbeat import BEAT_SECONDS, MISSED_SECONDS


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """One datacenter's agent, with one identity at the hub and another in its own cluster.

    Without a kubeconfig a server is reached by the ServiceAccount of the pod the agent runs in, or else as
    kubectl would. `metrics_port` 0 takes any free port. `heartbeat_seconds` is the time between two beats; a
    site whose beats come further apart than MISSED_SECONDS is taken for unreachable, so it is at most a third
    of that.
    """

    datacenter: str
    hub_kubeconfig: str | None = None
    hub_context: str | None = None
    site_kubeconfig: str | None = None
    site_context: str | None = None
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    heartbeat_seconds: int = BEAT_SECONDS

    def __post_init__(self) -> None:
        if not self.datacenter or "." in self.datacenter:
            raise ValueError(
                f"datacenter {self.datacenter!r}: is a DNS label without a dot; no pool would be found by it"
            )
        if not 1 <= self.heartbeat_seconds <= MISSED_SECONDS // 3:
            raise ValueError(
                f"heartbeat_seconds {self.heartbeat_seconds}: must lie between 1 and {MISSED_SECONDS // 3}, "
                f"or the planner takes the site for unreachable after {MISSED_SECONDS} s of silence"
            )
