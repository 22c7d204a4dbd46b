"""One reading of a hub: every list that matters, as it is stored, and what could not be read and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.api.kinds import KINDS
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import LEASE, NAMESPACE, OURS, RESOURCE_QUOTA
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.ways import document_of, documents_in
from holdfast.hardware.names import AGENTS_NAMESPACE, SYSTEM_NAMESPACE, TENANT_LABEL

Document = Mapping[str, Any]
Ask = Callable[[Request], Reply]
"""One read; raises ClusterError."""

HUB_PLURALS = frozenset(kind.definition.plural for kind in KINDS)
_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_ADMISSION = "/apis/admissionregistration.k8s.io/v1"
LISTS: Mapping[str, str] = {
    "customresourcedefinitions": _CRDS,
    "validatingadmissionpolicies": f"{_ADMISSION}/validatingadmissionpolicies",
    "validatingadmissionpolicybindings": f"{_ADMISSION}/validatingadmissionpolicybindings",
    "election": str(Path.of(LEASE, SYSTEM_NAMESPACE)),
    "heartbeats": str(Path.of(LEASE, AGENTS_NAMESPACE)),
    "namespaces": str(Path.of(NAMESPACE)),
    "resourcequotas": str(Path.of(RESOURCE_QUOTA)),
    **{kind.plural: str(Path.of(kind)) for kind in OURS if kind.plural in HUB_PLURALS},
}
"""Every list that is read, and where."""
SELECTED = {"namespaces": TENANT_LABEL}


@dataclass(frozen=True, slots=True)
class HubReading:
    """Documents by list and name (namespace/name where there is one). `now` and `here` are epoch seconds: the server's
    Date, None where it gave none, and this machine's clock."""

    now: float | None
    here: float
    version: Document = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, Document]] = field(default_factory=dict)
    unread: Mapping[str, ClusterError] = field(default_factory=dict)

    def of(self, name: str) -> Mapping[str, Document]:
        """The documents of one list; none where it could not be read, which is told elsewhere."""
        return self.lists.get(name, {})


def read_hub(ask: Ask, here: float) -> HubReading:
    """Read it all. Raises ClusterError where not even the version is answered."""
    version = Request("GET", "/version")
    first = ask(version)
    lists: dict[str, Mapping[str, Document]] = {}
    unread: dict[str, ClusterError] = {}
    for name, path in LISTS.items():
        query = (("labelSelector", SELECTED[name]),) if name in SELECTED else ()
        request = Request("GET", path, query)
        try:
            lists[name] = _by_name(documents_in(request, ask(request).body))
        except ClusterError as error:
            unread[name] = error
    return HubReading(first.date, here, document_of(version, first.body), lists, unread)


def _by_name(found: Sequence[Document]) -> Mapping[str, Document]:
    return {
        "/".join(filter(None, (one["metadata"].get("namespace"), one["metadata"]["name"]))): one
        for one in found
    }
