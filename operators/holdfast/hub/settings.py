"""What an operator process is told when it starts. Times are seconds; a port of 0 takes any free one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """Settings of one replica of the hub operator.

    Without a kubeconfig it uses the ServiceAccount of the pod it runs in. `identity` names the replica in the
    election Lease; `slot_seconds` is what earliest starts are rounded up to; `absence_seconds` is how long a
    reservation must be gone before its promise is released.
    """

    kubeconfig: str | None = None
    context: str | None = None
    identity: str = "planner"
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    slot_seconds: int = 300
    absence_seconds: float = 30.0
    verbose: bool = False
