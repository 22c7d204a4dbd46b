"""What an operator process is told when it starts. Times are seconds; a port of 0 takes any free one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """Settings of one replica of the hub operator.

    Without a kubeconfig it uses the ServiceAccount of the pod it runs in. `identity` names the replica in the
    election Lease; `slot_seconds` is what earliest starts are rounded up to; `absence_seconds` is how long a
    reservation must be gone before its promise is released. `keep_turns` is a folder for turns that
    decided something, in at most `keep_bytes`; None keeps nothing.
    """

    kubeconfig: str | None = None
    context: str | None = None
    identity: str = "planner"
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    slot_seconds: int = 300
    absence_seconds: float = 30.0
    keep_turns: Path | None = None
    keep_bytes: int = 256 * 1024 * 1024
    verbose: bool = False
