"""What accelerators need in their cluster that GKE does not bring, and what a stack is told to put there besides.

    drivers     by accelerator type, the catalogue's `drivers`: daemons of ours that install what Google publishes
    manifests   files that the declaration names: charts and kustomizations, rendered by whoever keeps them

Both stay when they are no longer declared: jobs may be running on them. Neither is awaited: a daemon of hosts that are
still to come has nothing to run on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes

from holdfast_infra.declaration import Datacenter
from holdfast_infra.in_cluster.documents import Manifest
from holdfast_infra.in_cluster.manifests import not_awaited
from holdfast_infra.in_cluster.software import Software, at, name_of, ours, token
from holdfast_infra.settings import at_project


def driver_objects(datacenter: Datacenter) -> tuple[Manifest, ...]:
    """All objects of both kinds, each once, in the order in which pools and the declaration name them.

    Raises pulumi.RunError where one object is to be two different ones.
    """
    kinds = [pool.accelerator for pool in datacenter.pools] if datacenter.cluster.drivers else []
    drivers = dict.fromkeys(name for kind in kinds for name in kind.drivers)
    found: dict[tuple[str, str], Manifest] = {}
    for named, document in _all(tuple(drivers), datacenter.cluster.manifests):
        if found.setdefault((token(document), name_of(document)), document) != document:
            raise pulumi.RunError(
                f"{named}: {name_of(document)} stands among what the stack brings already, and says otherwise there; "
                "keep one of the two; nothing was planned"
            )
    return tuple(found.values())


def build_drivers(
    site: str, objects: tuple[Manifest, ...], cluster: kubernetes.Provider
) -> tuple[pulumi.Resource, ...]:
    """Put them into the site's cluster."""
    software = Software(f"{site}-drivers", cluster)
    return tuple(software.apply([not_awaited(each) for each in objects], stays=True))


def _all(drivers: tuple[str, ...], declared: tuple[str, ...]) -> Iterator[tuple[str, Manifest]]:
    """Every object beside what named it."""
    for name in drivers:
        yield from ((f"driver {name}", document) for document in ours(f"drivers/{name}.yaml"))
    for index, path in enumerate(declared):
        named = f"cluster.manifests[{index}]"
        yield from ((named, document) for document in at(Path(at_project(path)), named))
