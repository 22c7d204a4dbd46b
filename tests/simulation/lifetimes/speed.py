"""What makes a life cheap without changing it: the same bytes, names and paths are read once in a process.

Records are frozen, so replicas may share them. Without this, half of a life would be spent on reading what another
replica has read already.
"""

from __future__ import annotations

from functools import lru_cache

from holdfast.cluster.holdfast_objects import (
    DATACENTERS,
    POOLS,
    PROMISES,
    REPORTS,
    RESERVATIONS,
    SEALS,
    TENANTS,
)
from holdfast.cluster.transport import paths
from holdfast.process.collector import collect_rarely

_MANY = 4096


def read_once() -> None:
    """From now on, in this process. Calling it again changes nothing."""
    if hasattr(POOLS.decode, "cache_info"):
        return
    for view in (POOLS, PROMISES, REPORTS, RESERVATIONS, DATACENTERS, TENANTS, SEALS):
        object.__setattr__(view, "decode", lru_cache(_MANY)(view.decode))
    for name in ("quote", "unquote"):
        setattr(paths, name, lru_cache(_MANY)(getattr(paths, name)))
    collect_rarely()
