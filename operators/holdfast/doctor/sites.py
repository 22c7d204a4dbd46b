"""The same of a datacenter's cluster: is what this version installs there installed, as it was, and who joins cubes.

versions · rights · clocks · definitions · guards     the checks of a hub, on what manifests/site installs
roles          the agent's and the tenants' ClusterRoles give what they should
controllers    where hosts are TPU cubes, the cluster serves Slices
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from holdfast.api.crd import definition_of
from holdfast.api.kinds import SITE_KINDS
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.http import Request
from holdfast.cluster.ways import document_of, documents_in
from holdfast.doctor.checks import Check
from holdfast.doctor.expected import BINDING, MANIFESTS, POLICY, Document, Documents, Installation, altered
from holdfast.doctor.finding import Ailment, error, warning
from holdfast.doctor.installed import definitions, guards, server_version
from holdfast.doctor.kept import rights
from holdfast.doctor.living import clocks
from holdfast.doctor.reading import LISTS, Ask, HubReading

ROLE = "ClusterRole"
SLICES = "slices.accelerator.gke.io"
PARTITION = "cloud.google.com/gke-tpu-partition-4x4x4-id"
APPLY = "kubectl apply --server-side -k manifests/site, of the version that runs"
FOLDERS = ("site/policies", "shared/policies", "site/rbac")
ADMISSION = ("customresourcedefinitions", "validatingadmissionpolicies", "validatingadmissionpolicybindings")
SITE_LISTS: Mapping[str, str] = {
    **{name: LISTS[name] for name in ADMISSION},
    "clusterroles": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "nodes": "/api/v1/nodes",
}
CHECKS: tuple[Check, ...] = (server_version, rights, clocks, definitions, guards)


def read_site(ask: Ask, here: float) -> HubReading:
    """Read it all; of nodes only whether there are cubes. Raises ClusterError where no version is answered."""
    version = Request("GET", "/version")
    first = ask(version)
    lists: dict[str, Documents] = {}
    unread: dict[str, ClusterError] = {}
    for name, path in SITE_LISTS.items():
        query = (("labelSelector", PARTITION), ("limit", "1")) if name == "nodes" else ()
        request = Request("GET", path, query)
        try:
            items = documents_in(request, ask(request).body)
            lists[name] = {one["metadata"]["name"]: one for one in items}
        except ClusterError as failed:
            unread[name] = failed
    return HubReading(first.date, here, document_of(version, first.body), lists, unread)


def examine_site(seen: HubReading, manifests: Path = MANIFESTS) -> tuple[Ailment, ...]:
    """All that is wrong there. Raises OSError where the manifests are not."""
    documents = [
        one
        for folder in FOLDERS
        for file in sorted((manifests / folder).glob("*.yaml"))
        for one in yaml.safe_load_all(file.read_text(encoding="utf-8"))
        if one
    ]
    kinds = {kind.definition.name: definition_of(kind) for kind in SITE_KINDS}
    wanted = Installation(kinds, _named(documents, POLICY), _named(documents, BINDING))
    found = [ailment for check in CHECKS for ailment in check(seen, wanted)]
    there = [_of_a_site(one) for one in found]
    return (*there, *_roles(seen, _named(documents, ROLE)), *_controllers(seen))


def _named(documents: list[Document], kind: str) -> Documents:
    return {str(one["metadata"]["name"]): one for one in documents if one["kind"] == kind}


def _of_a_site(found: Ailment) -> Ailment:
    """The remedy of a site: its own manifests."""
    return replace(found, remedy=APPLY) if "manifests/" in found.remedy else found


def _roles(seen: HubReading, wanted: Documents) -> Iterator[Ailment]:
    if "clusterroles" in seen.unread:
        return
    for name, meant in wanted.items():
        there = seen.of("clusterroles").get(name)
        if there is None:
            yield error("roles", name, "is missing: who should have it can do nothing here", APPLY)
        elif where := altered(meant["rules"], there.get("rules"), "rules"):
            yield error("roles", name, f"is not this version's: {where} differs", APPLY)


def _controllers(seen: HubReading) -> Iterator[Ailment]:
    if {"nodes", "customresourcedefinitions"} & seen.unread.keys():
        return
    if seen.of("nodes") and SLICES not in seen.of("customresourcedefinitions"):
        wrong = "are not served: cubes are not joined, and all works by node selector"
        yield warning("controllers", "Slices", wrong, "turn the slice controller on (docs/slices.md)")
