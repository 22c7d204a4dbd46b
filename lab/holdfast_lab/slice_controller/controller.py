"""The slice controller of one site as a process: looks at all Slices and nodes and does what `rules` say, for ever.

    python -m holdfast_lab.slice_controller.controller STATE SITE

It enters as the cluster's admin, as GKE's runs in the control plane. The pretend cloud's faults say at every look with
which partitions slices fail, hang or lie (`holdfast lab cloud fault slice`).
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from holdfast_lab import clock
from holdfast_lab.cloud.apiserver import MERGE, ApiServer, RefusedByServer
from holdfast_lab.cloud.faults import Faults, What
from holdfast_lab.cloud.store import Store
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.slice_controller.rules import (
    FINALIZER,
    PARTITION,
    Document,
    Misbehaviour,
    Verdict,
    labels_for,
    nodes_of,
    partitions_of,
    status_of,
    verdict,
)

SLICES = "/apis/accelerator.gke.io/v1beta1/slices"
LOOK_SECONDS = 0.25
_WRONG: Mapping[What, Misbehaviour] = {"slice-fail": "fail", "slice-hang": "hang", "slice-lie": "lie"}
_log = logging.getLogger("slice-controller")


class SliceController:
    """One site's, with what is wrong with it."""

    def __init__(self, api: ApiServer, faults: Faults) -> None:
        self._api = api
        self._faults = faults

    def look(self) -> None:
        """Every Slice one step further. Refusal: the server is away, or somebody was quicker."""
        slices = self._api.get(SLICES)["items"]
        if not slices:
            return
        nodes = self._api.get("/api/v1/nodes", {"labelSelector": f"{PARTITION}-id"})["items"]
        for one in slices:
            others = [other for other in slices if other["metadata"]["uid"] != one["metadata"]["uid"]]
            try:
                self._do(one, nodes, verdict(one, others, nodes, self._wrong_with(one)))
            except RefusedByServer as refused:
                _log.info("%s: %s; looked at again", one["metadata"]["name"], refused)

    def _wrong_with(self, one: Document) -> Misbehaviour:
        for what, wrong in _WRONG.items():
            if any(self._faults.hitting(what, each) for each in partitions_of(one)):
                return wrong
        return ""

    def _do(self, one: Document, nodes: list[Document], said: Verdict) -> None:
        self._label(one, nodes, said)
        path, meta = f"{SLICES}/{one['metadata']['name']}", one["metadata"]
        wanted = [FINALIZER] if said.finalizer else []
        version = {"resourceVersion": meta["resourceVersion"]}
        if said.finalizer:
            status = status_of(one, said, clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
            if status != one.get("status"):
                one = self._api.call(
                    "PATCH", f"{path}/status", body={"metadata": version, "status": status}, media=MERGE
                )
                version = {"resourceVersion": one["metadata"]["resourceVersion"]}
                _log.info("%s: %s %s", meta["name"], said.reason, said.message)
        if meta.get("finalizers", []) != wanted:
            self._api.call("PATCH", path, body={"metadata": {**version, "finalizers": wanted}}, media=MERGE)

    def _label(self, one: Document, nodes: list[Document], said: Verdict) -> None:
        wanted = labels_for(one, said.joined)
        for node in nodes_of(one, nodes):
            labels = node["metadata"]["labels"]
            if any(labels.get(key) != value for key, value in wanted.items()):
                path = f"/api/v1/nodes/{node['metadata']['name']}"
                self._api.call("PATCH", path, body={"metadata": {"labels": wanted}}, media=MERGE)


def run(state: Path, site: str) -> None:
    """Look for ever."""
    kubeconfig = state / "clusters" / site / "admin.kubeconfig"
    controller = SliceController(ApiServer.enter(str(kubeconfig)), Faults(Store(state)))
    while True:
        try:
            controller.look()
        except Refusal as refusal:
            _log.info("%s", refusal)
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    run(Path(sys.argv[1]), sys.argv[2])
