"""I15: hardware that stands is counted by the hub; nodes of a pool that was unpublished are sold and guarded by nobody.

A node without its unit, or of a unit that is not declared, is its agent's to tell (blocked.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture
from holdfast.hardware.names import POOL_LABEL


def hardware_has_its_pool(picture: Picture) -> Iterator[Finding]:
    """Every node that is labelled for a pool finds that pool in the hub; told once a pool and site."""
    orphans = Counter(
        (datacenter, node.metadata.labels[POOL_LABEL])
        for datacenter, node in picture.nodes()
        if node.metadata.labels.get(POOL_LABEL, "") not in ({""} | picture.pools.keys())
    )
    for (datacenter, pool), nodes in sorted(orphans.items()):
        yield Finding(
            "I15",
            f"pool {pool}",
            f"is not in the hub, but {nodes} nodes at {datacenter} are labelled for it",
            "hardware stands that nobody counts, sells or guards; `pulumi up --refresh` of its stack publishes it",
        )
