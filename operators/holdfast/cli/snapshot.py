"""`holdfast snapshot save FILE`: all that the planner reads of a hub, for `holdfast when --snapshot`.

For platform engineers: a tenant may not read pools. A datacenter counts as silent where its Datacenter says so.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from holdfast.api.datacenter import Datacenter
from holdfast.api.reasons import Reason
from holdfast.audit.collect import read_all
from holdfast.cli.connection import Unconnected, one_line_errors, open_api
from holdfast.cli.tables import say
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import NAMESPACES
from holdfast.cluster.holdfast_objects import (
    DATACENTERS,
    MAINTENANCE,
    POOLS,
    PROMISES,
    QUERIES,
    REPORTS,
    RESERVATIONS,
    SEALS,
    TENANTS,
)
from holdfast.cluster.transport.objects import by_key
from holdfast.hardware.instants import text_of
from holdfast.hub.caches import TENANT_NAMESPACES
from holdfast.hub.saved_hub import SavedHub, save
from holdfast.hub.snapshot_reader import HubDocuments


def save_to(file: Path, kubeconfig: str | None, context: str | None) -> None:
    """Read the hub and write the file; says what is in it."""
    console = Console()
    with one_line_errors(Console(stderr=True)):
        saved, unread = read_hub(open_api(kubeconfig, context))
        try:
            save(saved, file)
        except OSError as error:
            raise Unconnected(f"{file} cannot be written: {error.strerror or error}") from error
    for each in unread:
        say(console, f"could not read {each}: the planner plans without it, too")
    counted = f"{len(list(saved.hub.pools))} pools, {len(list(saved.hub.reservations))} reservations"
    say(console, f"saved {counted} as of {text_of(saved.now)} to {file}; tenants' names are in it")


def read_hub(api: Api) -> tuple[SavedHub, tuple[str, ...]]:
    """The hub by consistent lists, promises before pools, and in words what could not be read. Raises ClusterError."""
    promises, pools = read_all(api, PROMISES), read_all(api, POOLS)
    reports, seals, tenants = read_all(api, REPORTS), read_all(api, SEALS), read_all(api, TENANTS)
    reservations, queries = read_all(api, RESERVATIONS), read_all(api, QUERIES)
    maintenance = read_all(api, MAINTENANCE)
    sites, namespaces = read_all(api, DATACENTERS), read_all(api, NAMESPACES, TENANT_NAMESPACES)
    hub = HubDocuments(
        pools=pools.objects,
        datacenters=sites.objects,
        reports=reports.objects,
        seals=seals.objects,
        tenants=tenants.objects,
        promises=by_key(promises.objects),
        reservations=by_key(reservations.objects),
        queries=by_key(queries.objects),
        maintenance=maintenance.objects,
        namespaces={one.metadata.name: one.metadata.labels for one in namespaces.objects},
        silent=frozenset(site.metadata.name for site in sites.objects if _silent(site)),
    )
    listings = (
        promises,
        pools,
        reports,
        seals,
        tenants,
        reservations,
        queries,
        maintenance,
        sites,
        namespaces,
    )
    return SavedHub(int(api.clock.now()), hub), tuple(each for one in listings for each in one.unread)


def _silent(site: Datacenter) -> bool:
    said = site.status.conditions if site.status is not None else ()
    return any(one.reason == Reason.DATACENTER_UNREACHABLE for one in said)
