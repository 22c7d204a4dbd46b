"""`pulumi-resource-kubernetes`: the provider that applies objects to the cluster of its kubeconfig."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from holdfast_lab.cloud.apiserver import ApiServer, RefusedByServer, Unreachable
from holdfast_lab.cloud.call_log import Call, CallLog
from holdfast_lab.cloud.objects import Objects
from holdfast_lab.pulumi_protocol.differences import differences
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import UNKNOWN, Plain, has_unknown
from holdfast_lab.pulumi_protocol.provider import Change, Checked, Existing, Failure, Subject

_IDENTITY = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
_PATCHES = ("kubernetes:core/v1:NodePatch",)
"""Types that own some fields of an object which others made: applied to what is there, given up when they go."""
_UNSUPPORTED = ("kubernetes:helm.", "kubernetes:yaml", "kubernetes:kustomize")


class KubernetesPlugin:
    """One provider instance, for one cluster."""

    version = "4.34.2"

    def __init__(self, folder: Path) -> None:
        self._calls = CallLog(folder)
        self._objects: Objects | None = None
        self._closed = "the provider's kubeconfig was not known when it was configured"

    def check_config(self, settings: Plain) -> Checked:
        """The lab needs a kubeconfig: without one the real provider takes whatever the person last used."""
        if settings.get("kubeconfig"):
            return Checked(settings)
        reason = "the lab's provider takes no ambient cluster: give the kubeconfig of a cluster of the lab"
        return Checked(settings, [Failure("kubeconfig", reason)])

    def diff_config(self, old: Plain, new: Plain) -> Change:
        """Another cluster identifier is another cluster; without one another kubeconfig may be."""
        found = differences(old, new)
        key = "clusterIdentifier" if new.get("clusterIdentifier") else "kubeconfig"
        return Change(found, [each.path for each in found if each.top == key])

    def configure(self, settings: Plain) -> None:
        """Enter the cluster; in a preview its kubeconfig may not be known yet, or the cluster not be there yet."""
        kubeconfig = settings.get("kubeconfig")
        if kubeconfig and not has_unknown(kubeconfig):
            context = str(settings.get("context") or "")
            try:
                self._objects = Objects(ApiServer.enter(str(kubeconfig), context))
            except Refusal as error:
                self._closed = str(error)

    def invoke(self, function: str, arguments: Plain) -> Plain:
        """No data sources."""
        raise Refusal(
            f"the lab's kubernetes provider cannot answer {function}({', '.join(arguments)}): apply objects one by one"
        )

    def check(self, subject: Subject, old: Plain, new: Plain) -> Checked:
        """Fill in the name and the namespace's default."""
        foreign = subject.type.endswith(("Patch", "List")) and subject.type not in _PATCHES
        if foreign or subject.type.startswith(_UNSUPPORTED):
            raise Refusal(f"the lab's kubernetes provider has no {subject.type}: apply objects one by one")
        inputs: Plain = {key: value for key, value in new.items() if value is not None}
        metadata = dict(inputs.get("metadata") or {})
        if "name" not in metadata:
            metadata["name"] = (old.get("metadata") or {}).get("name") or _made_up_name(subject)
        inputs["metadata"] = metadata
        missing = [key for key in ("apiVersion", "kind") if key not in inputs]
        return Checked(inputs, [Failure(key, "is required") for key in missing])

    def diff(self, subject: Subject, old: Plain, new: Plain) -> Change:
        """Compare; another name, namespace or kind is another object."""
        del subject  # the same for every kind
        found = differences(old, new)
        replaces = [each.path for each in found if each.within(_IDENTITY)]
        return Change(found, replaces)

    def create(self, subject: Subject, inputs: Plain, preview: bool) -> Existing:
        """Apply; as with the real provider an object that is there already is taken over, and a patch needs one."""
        self._require_patched(subject, inputs)
        if preview:
            return Existing(outputs=self._foreseen(inputs))
        live = self._logged("create", subject, inputs, lambda: self._cluster().apply(inputs))
        return Existing(_identity(live), live, inputs)

    def read(self, subject: Subject, inputs: Plain) -> Existing:
        """The live object."""
        wanted = inputs or _manifest(subject)
        live = self._cluster().find(wanted)
        return Existing(_identity(live), live, inputs or _applied(live)) if live else Existing()

    def update(self, subject: Subject, before: Existing, inputs: Plain, preview: bool) -> Existing:
        """Apply again; fields that are no longer given are given up."""
        if preview:
            return Existing(subject.id, before.outputs | self._foreseen(inputs), inputs)
        live = self._logged("update", subject, inputs, lambda: self._cluster().apply(inputs))
        return Existing(_identity(live), live, inputs)

    def delete(self, subject: Subject, before: Existing) -> None:
        """Delete the very object that was created, and wait until it is gone; a patch gives up its fields."""
        live = before.outputs or _manifest(subject)
        if subject.type in _PATCHES:
            self._logged("delete", subject, live, lambda: self._cluster().give_up(live))
            return
        uid = (live.get("metadata") or {}).get("uid", "")
        self._logged("delete", subject, live, lambda: self._cluster().delete(live, uid))

    def _require_patched(self, subject: Subject, inputs: Plain) -> None:
        """A patch changes what is there: it makes nothing."""
        if subject.type in _PATCHES and self._objects and not self._objects.find(inputs):
            name = inputs["metadata"]["name"]
            raise Refusal(f"{inputs['kind']} {name} does not exist, so nothing of it can be changed")

    def _foreseen(self, inputs: Plain) -> Plain:
        """What the API server would make of it, without doing it; it may refuse already now.

        Where it cannot be asked yet (unknown values, a cluster or a definition still to come) the inputs.
        """
        foreseen: Plain = {**inputs, "status": UNKNOWN}
        if self._objects is None or has_unknown(inputs):
            return foreseen
        try:
            live = self._objects.apply(inputs, dry_run=True)
        except Unreachable:
            return foreseen
        except RefusedByServer as error:
            if error.status == 404:
                return foreseen
            raise
        return {**live, "metadata": inputs["metadata"], "status": UNKNOWN}

    def _cluster(self) -> Objects:
        if self._objects is None:
            raise Refusal(f"{self._closed}: nothing was done")
        return self._objects

    def _logged(self, verb: Any, subject: Subject, manifest: Plain, change: Callable[[], Any]) -> Any:
        name = str(manifest["metadata"]["name"])
        return self._calls.logged(Call(verb, subject.type, name, subject.urn), change)


def for_lab(folder: Path) -> KubernetesPlugin:
    """The plugin for the clusters of a lab."""
    return KubernetesPlugin(folder)


def _identity(live: Plain) -> str:
    metadata = live["metadata"]
    return (
        f"{metadata['namespace']}/{metadata['name']}" if metadata.get("namespace") else str(metadata["name"])
    )


def _manifest(subject: Subject) -> Plain:
    """What an identity alone says: kind from the type, namespace and name from the id."""
    _, version, kind = subject.type.split(":")
    namespace, _, name = subject.id.rpartition("/")
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version.removeprefix("core/"), "kind": kind, "metadata": metadata}


def _applied(live: Plain) -> Plain:
    """The inputs that an object found in the cluster would have had."""
    kept = {key: live["metadata"][key] for key in ("name", "namespace", "labels") if key in live["metadata"]}
    return {**{key: value for key, value in live.items() if key != "status"}, "metadata": kept}


def _made_up_name(subject: Subject) -> str:
    return f"{subject.name.lower()}-{hashlib.sha256(subject.urn.encode()).hexdigest()[:8]}"
