"""The pretend Google Cloud: each change is checked, carried out, and written to the call log.

    create   rules -> conflict? -> row (PROVISIONING) -> hosts join -> row (RUNNING)
    update   rules -> hosts join or leave -> row
    delete   rules -> hosts leave -> row gone

A process killed in the middle leaves a row that says PROVISIONING or STOPPING, as the real cloud would.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from holdfast_lab.cloud.call_log import Call, CallLog
from holdfast_lab.cloud.chosen_sites import sites_of
from holdfast_lab.cloud.computed import computed
from holdfast_lab.cloud.faults import EVERYTHING, Faults
from holdfast_lab.cloud.hosts import Site, Sites
from holdfast_lab.cloud.kinds import CLUSTER, NODE_POOL, Kind, OutputNames, kind_of
from holdfast_lab.cloud.nodes import node_names, nodes
from holdfast_lab.cloud.refusals import refuse
from holdfast_lab.cloud.request import Request
from holdfast_lab.cloud.store import CloudObject, Store
from holdfast_lab.pulumi_protocol.errors import HalfDone, Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain, at


class GoogleCloud:
    """One project's worth of cloud, in a lab's state folder."""

    def __init__(self, folder: Path, sites: Sites | None = None) -> None:
        self.store = Store(folder)
        self.calls = CallLog(folder)
        self.faults = Faults(self.store)
        self._names = OutputNames(folder)
        self._sites = sites or sites_of(folder)

    def outputs(self, kind: Kind, inputs: Plain, made: Plain) -> Plain:
        """Every output of a kind: what was made up, else what was given, else the default, else empty."""
        given = {key: value for key, value in inputs.items() if value is not None}
        return self._names.empty(kind) | dict(kind.defaults) | given | made

    def create(self, token: str, urn: str, inputs: Plain) -> CloudObject:
        """Create an object and return it; raises Refusal, or HalfDone if only some hosts came."""
        request = Request("create", token, inputs, self.store)
        return self._logged(request, urn, lambda: self._create(request, urn))

    def update(self, identity: str, inputs: Plain) -> CloudObject:
        """Change an object in place and return it."""
        before = self.store.require(identity)
        request = Request("update", before.kind, inputs, self.store, before)
        return self._logged(request, before.urn, lambda: self._update(request, before))

    def delete(self, identity: str) -> None:
        """Delete an object; one that is gone, or is to be abandoned, is no error and no call."""
        before = self.store.find(identity)
        if before is None or at(before.inputs, "deletionPolicy") == "ABANDON":
            return
        request = Request("delete", before.kind, before.inputs, self.store, before)
        self._logged(request, before.urn, lambda: self._delete(request, before))

    def _create(self, request: Request, urn: str) -> CloudObject:
        refuse(request)
        kind = kind_of(request.kind)
        identity = kind.identity(request.inputs)
        fresh = CloudObject(identity, request.kind, request.name, urn, "PROVISIONING", request.inputs, {})
        site = self._site(request, fresh)
        outputs = self.outputs(kind, request.inputs, computed(request, identity, site))
        self._refuse_stock_out(request)
        self.store.insert(fresh)
        self._wait()
        return self._deliver(request, identity, outputs, site)

    def _update(self, request: Request, before: CloudObject) -> CloudObject:
        refuse(request)
        kind = kind_of(request.kind)
        self._wait()
        site = self._site(request, before)
        made = computed(request, before.id, site) | {
            "creationTimestamp": before.outputs.get("creationTimestamp")
        }
        outputs = self.outputs(kind, request.inputs, made)
        if site and request.kind == NODE_POOL:
            kept = node_names(request)
            gone = node_names(Request("update", before.kind, before.inputs, self.store, before))
            site.leave(name for name in gone if name not in kept)
        return self._deliver(request, before.id, outputs, site)

    def _delete(self, request: Request, before: CloudObject) -> CloudObject:
        refuse(request)
        self.store.change(before.id, status="STOPPING")
        self._wait()
        if request.kind == NODE_POOL:
            site = self._site(request, before)
            if site:
                site.leave(node_names(request))
        self.store.remove(before.id)
        return before

    def _deliver(self, request: Request, identity: str, outputs: Plain, site: Site | None) -> CloudObject:
        """Let the hosts of a node pool join, as many as there are; write the row."""
        hosts = nodes(request) if request.kind == NODE_POOL else []
        shortage = self.faults.hitting("partial", request.name) if hosts else None
        arriving = hosts[: int(shortage.amount)] if shortage else hosts
        if site and arriving:
            site.join(arriving)
        short = len(arriving) < len(hosts)
        status = "RUNNING_WITH_ERROR" if short else "RUNNING"
        done = self.store.change(identity, status=status, inputs=request.inputs, outputs=outputs)
        if short:
            message = (
                f"googleapi: Error 429: only {len(arriving)} of {len(hosts)} nodes of {request.name} were "
                "delivered: ZONE_RESOURCE_POOL_EXHAUSTED., rateLimitExceeded"
            )
            raise HalfDone(message, identity, outputs, request.inputs)
        return done

    def _site(self, request: Request, subject: CloudObject) -> Site | None:
        """The cluster in which a change shows; None for networks and the like."""
        if request.kind == CLUSTER:
            return self._sites.of(subject)
        cluster = request.cluster if request.kind == NODE_POOL else None
        return self._sites.of(cluster) if cluster else None

    def _refuse_stock_out(self, request: Request) -> None:
        if request.kind == NODE_POOL and self.faults.hitting("stock-out", request.name):
            zone = request.at("nodeLocations") or request.at("location")
            raise Refusal(
                f"googleapi: Error 429: GCE_STOCKOUT: {zone} does not have enough capacity for node pool "
                f"{request.name}. Try again later., rateLimitExceeded"
            )

    def _wait(self) -> None:
        slowness = self.faults.hitting("slow", EVERYTHING)
        if slowness:
            time.sleep(slowness.amount)

    def _logged(self, request: Request, urn: str, change: Callable[[], CloudObject]) -> CloudObject:
        return self.calls.logged(Call(request.verb, request.kind, request.name, urn), change)
