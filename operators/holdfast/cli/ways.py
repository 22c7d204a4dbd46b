"""How a quick command finds its server: as a tenant's program does, and says in a line where it cannot."""

from __future__ import annotations

from holdfast.cli.unconnected import Unconnected
from holdfast.cluster.ways import NoWay, Way, way_to

__all__ = ["Way", "open_way"]


def open_way(kubeconfig: str | None, context: str | None) -> Way:
    """The way to the server that kubectl would ask. Raises Unconnected."""
    try:
        return way_to(kubeconfig, context)
    except NoWay as error:
        raise Unconnected(str(error)) from error
