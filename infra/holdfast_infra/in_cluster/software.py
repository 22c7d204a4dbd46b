"""Manifests as resources of a stack, each after what it needs.

    definitions   kinds and the guards of what is stored in them; stay when the stack goes, as with `kubectl delete -k`
    namespaces    before what lies in them
    the rest      rights, policies, flow levels
    workloads     last: they need all of it

They are objects of ours and hold nothing, so no hook asks about them; what keeps the kinds while something is promised
is the hub itself (manifests/definitions/guards/definitions.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes

from holdfast_infra.in_cluster.documents import Manifest, ManifestUnreadable
from holdfast_infra.in_cluster.manifests import MANIFESTS, manifests

_STAGES = {"CustomResourceDefinition": 0, "Namespace": 1, "Deployment": 3, "PodDisruptionBudget": 3}
_OTHERS = 2
_TAKE_OVER = {"pulumi.com/patchForce": "true"}
"""What an administrator applied by hand before becomes the stack's: server-side apply of pulumi-kubernetes."""


def ours(name: str) -> tuple[Manifest, ...]:
    """The objects of one of this project's manifests, file or folder. Raises pulumi.RunError."""
    return at(MANIFESTS / name, "the manifests beside infra/")


def at(path: Path, named: str) -> tuple[Manifest, ...]:
    """The objects of any manifests, file or folder, by what named them. Raises pulumi.RunError."""
    try:
        return manifests(path)
    except ManifestUnreadable as error:
        raise pulumi.RunError(f"{named}: {error}; nothing was planned") from None


class Software(pulumi.ComponentResource):
    """The objects of some manifests in one cluster."""

    def __init__(
        self, name: str, provider: kubernetes.Provider, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("holdfast:infra:Software", name, None, opts)
        self._provider = provider

    def apply(
        self, documents: Iterable[Manifest], after: Sequence[pulumi.Resource] = (), *, stays: bool = False
    ) -> list[pulumi.Resource]:
        """Make them, stage by stage; what `stays` is left where it is when the stack no longer has it."""
        made, before = list[pulumi.Resource](), list(after)
        for _, stage in groupby(sorted(documents, key=_stage), key=_stage):
            before += [self._object(document, before, stays) for document in stage]
            made = before[len(after) :]
        return made

    def _object(self, document: Manifest, after: Sequence[pulumi.Resource], stays: bool) -> pulumi.Resource:
        metadata = document["metadata"]
        annotations = {**metadata.get("annotations", {}), **_TAKE_OVER}
        options = pulumi.ResourceOptions(
            parent=self, provider=self._provider, depends_on=list(after), retain_on_delete=stays
        )
        return pulumi.CustomResource(
            token(document),
            name_of(document),
            {**document, "metadata": {**metadata, "annotations": annotations}},
            options,
        )


def name_of(document: Manifest) -> str:
    """What an object is called in its stack, such as ConfigMap/kube-system/coredns."""
    metadata = document["metadata"]
    return "/".join(filter(None, (document["kind"], metadata.get("namespace"), metadata["name"])))


def token(document: Manifest) -> str:
    """The provider's name of a kind, such as kubernetes:core/v1:Namespace."""
    version = document["apiVersion"]
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{document['kind']}"


def _stage(document: Manifest) -> int:
    return _STAGES.get(document["kind"], _OTHERS)
