"""What is Google's and what is not.

At a site that is not Google's, what would promise something that nobody keeps there is refused (site.py); a field that
merely does nothing (project, network, systemPool, releaseChannel) is a warning (odd.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from holdfast_infra.declaration.capacity import RESERVATION
from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.pool import Pool


def _google_has_the_accelerators(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools if datacenter.site.is_google else ():
        if not pool.accelerator.google:
            yield Mistake(
                f"pools.{pool.block}.acceleratorType",
                shown(pool.accelerator.name),
                "is no accelerator of Google Cloud, so no machine type has it",
                "declare it at a site of kind kubernetes",
            )


def _only_google_has_reservations(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in _brought(datacenter):
        if pool.google_reservation:
            yield _refused(datacenter, pool, "googleReservation", pool.google_reservation)
        if pool.capacity not in ("", RESERVATION):
            yield _refused(datacenter, pool, "capacity", pool.capacity)
        if pool.max_run_seconds:
            yield _refused(datacenter, pool, "maxRunSeconds", str(pool.max_run_seconds))
        for unit in pool.units:
            if unit.sub_block:
                yield _refused(datacenter, pool, "units", unit.sub_block)
                break


def _only_google_maintains_the_cluster(datacenter: Datacenter) -> Iterator[Mistake]:
    cluster = datacenter.cluster
    declared = {
        "maintenanceExclusions": cluster.exclusions[0].name if cluster.exclusions else "",
        "maintenanceWindows": cluster.windows[0].start if cluster.windows else "",
        "minimumVersion": cluster.minimum_version,
        "nodeAccount": cluster.node_account,
        "kmsKey": cluster.kms_key,
        "drivers": "true" if cluster.drivers else "",
        "authorizedNetworks": str(cluster.authorized_networks[0]) if cluster.authorized_networks else "",
    }
    for name, value in declared.items() if not datacenter.site.is_google else ():
        if value:
            yield Mistake(
                f"cluster.{name}",
                shown(value),
                f"is not kept at a {datacenter.site.kind} site: its cluster is run by others",
                "leave it out",
            )


def _only_google_has_parts(datacenter: Datacenter) -> Iterator[Mistake]:
    if datacenter.part and not datacenter.site.is_google:
        yield Mistake(
            "part",
            shown(datacenter.part),
            f"shares a cluster that stacks make, but the cluster of a {datacenter.site.kind} site is there already",
            "leave it out: one stack a datacenter",
        )


def _hosts_are_named_once(datacenter: Datacenter) -> Iterator[Mistake]:
    owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pool in _brought(datacenter):
        for unit in pool.units:
            for node in pool.nodes_of(unit):
                owners[node].append((pool.block, unit.name))
    blocks = {(found[0], found[1]): node for node, found in reversed(owners.items()) if len(found) > 1}
    for (first, second), node in blocks.items():
        yield Mistake(
            f"pools.{second[0]}.nodeNames",
            shown(node),
            f"is a host of unit {first[1]} ({first[0]}) and of unit {second[1]} ({second[0]})",
            "write {unit} into it, and {host} where a unit has several hosts",
        )
        break


def _brought(datacenter: Datacenter) -> tuple[Pool, ...]:
    return () if datacenter.site.is_google else datacenter.pools


def _refused(datacenter: Datacenter, pool: Pool, field: str, value: str) -> Mistake:
    return Mistake(
        f"pools.{pool.block}.{field}",
        shown(value),
        f"is Google's, but hosts of a {datacenter.site.kind} site are there already and nobody reserves them",
        "leave it out",
    )


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _google_has_the_accelerators,  # Google: docs.cloud.google.com/compute/docs/gpus
    _only_google_has_reservations,  # hardware is there, and whole
    _only_google_has_parts,  # what blocks share is made by a stack
    _only_google_maintains_the_cluster,  # or a tenant would think that nobody upgrades its node
    _hosts_are_named_once,  # one host is one unit's
)
