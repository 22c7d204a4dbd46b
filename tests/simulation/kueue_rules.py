"""What Kueue's definitions never let change, as a rule of the simulated server (CRDs of Kueue 0.19.2, v1beta2)."""

from __future__ import annotations

from tests.simulation.storage import Document

from holdfast.cluster.transport.kinds import LOCAL_QUEUE, RESOURCE_FLAVOR, TOPOLOGY, ServedKind

_FIXED: dict[ServedKind, tuple[str, ...]] = {TOPOLOGY: ("levels",), LOCAL_QUEUE: ("clusterQueue",)}
_FIXED_WITH_A_TOPOLOGY = ("nodeLabels", "tolerations", "topologyName")
"""Of a ResourceFlavor that has a topologyName; one without may be changed, and may be given one."""


def immutable(kind: ServedKind, old: Document | None, new: Document | None) -> str | None:
    """Why a change is refused, or None."""
    before, after = (old or {}).get("spec", {}), (new or {}).get("spec", {})
    fixed = _FIXED.get(kind, ())
    if kind == RESOURCE_FLAVOR and "topologyName" in before:
        fixed = _FIXED_WITH_A_TOPOLOGY
    changed = [field for field in fixed if before.get(field) != after.get(field)]
    if old is None or new is None or not changed:
        return None
    return f"spec: {changed[0]} are immutable" + (" when topologyName is set" * (kind == RESOURCE_FLAVOR))
