"""Names from the server for completion in a shell: few, quickly, and none at all where anything is amiss."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from holdfast.cli.spaces import looked_in
from holdfast.cli.unconnected import Unconnected
from holdfast.cli.ways import Way, open_way
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, CAPACITY_RESERVATION, NAMESPACE
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.ways import Patience
from holdfast.hardware.names import TENANT_LABEL

NAMES_ONLY = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
KINDS = {"pool": ACCELERATOR_POOL, "reservation": CAPACITY_RESERVATION, "namespace": NAMESPACE}
SELECTED = {"namespace": TENANT_LABEL}
PATIENCE_SECONDS = 1.5
MOST = "500"
_NAME = re.compile(r"[a-z0-9][-a-z0-9.]*")
"""What a name of Kubernetes is made of; whatever else a server sends never reaches a shell."""


def names(kind: str, told: Mapping[str, Any], beginning: str) -> list[str]:
    """Names of a kind that begin so, under the options given so far; of reservations NAMESPACE/NAME where need be."""
    try:
        way = replace(open_way(told.get("kubeconfig"), told.get("context")), patience=Patience(0.0))
        space = told.get("namespace") if KINDS[kind].namespaced else "-"
        return looked_in(
            space,
            way.namespace,
            everywhere=False,
            look=lambda found: list(_found(way, kind, found, beginning)),
        )
    except (Unconnected, ClusterError, ValueError, KeyError):
        return []


def _found(way: Way, kind: str, space: str, beginning: str) -> Iterator[str]:
    served = KINDS[kind]
    query = [("limit", MOST), *([("labelSelector", SELECTED[kind])] if kind in SELECTED else [])]
    path = Path.of(served, space if served.namespaced else "")
    request = Request("GET", str(path), tuple(query), timeout=PATIENCE_SECONDS, accept=NAMES_ONLY)
    for one in json.loads(way.ask(request).body)["items"] or ():
        meta = one["metadata"]
        owner = f"{meta['namespace']}/" if served.namespaced and not space else ""
        if all(_NAME.fullmatch(part) for part in f"{owner}{meta['name']}".split("/")):
            name = f"{owner}{meta['name']}"
            if name.startswith(beginning):
                yield name
