"""Labels by which Google's bill tells datacenters and pools apart."""

from __future__ import annotations

from holdfast_infra.declaration import Site

DATACENTER = "holdfast-datacenter"
"""The guard tells by it, too, what a thing belongs to (hub_guard/places.py)."""


def cost_labels(site: Site, block: str = "") -> dict[str, str]:
    """Labels of everything of a site, and of one pool's hardware; keys and values as Google takes them in labels."""
    of_pool = {"holdfast-pool": block} if block else {}
    return {DATACENTER: site.name, **of_pool}
