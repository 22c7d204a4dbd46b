"""Kubernetes objects of any kind, by server-side apply: where they live and how they come and go."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast_lab.cloud.apiserver import APPLY, ApiServer, RefusedByServer
from holdfast_lab.polling import poll
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain

FIELD_MANAGER = "pulumi-kubernetes"
_DISCOVERY_SECONDS = 10.0
_GONE_SECONDS = 120.0
_PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Place:
    """Where objects of one kind live."""

    collection: str
    namespaced: bool


class Objects:
    """Reads and writes objects of one cluster."""

    def __init__(self, api: ApiServer) -> None:
        self._api = api
        self._places: dict[tuple[str, str], Place] = {}

    def apply(self, manifest: Plain, dry_run: bool = False) -> Plain:
        """Server-side apply, taking over fields of others; returns the live object."""
        query = {"fieldManager": FIELD_MANAGER, "force": "true", "fieldValidation": "Strict"}
        if dry_run:
            query["dryRun"] = "All"
        return self._api.call("PATCH", self.path(manifest), query, manifest, APPLY)

    def give_up(self, manifest: Plain) -> None:
        """Own nothing of an object any more: what only we had set goes, the object stays."""
        if self.find(manifest):
            metadata = {
                key: manifest["metadata"][key] for key in ("name", "namespace") if key in manifest["metadata"]
            }
            self.apply({"apiVersion": manifest["apiVersion"], "kind": manifest["kind"], "metadata": metadata})

    def find(self, manifest: Plain) -> Plain | None:
        """The live object of a manifest's kind and name."""
        return self._api.find(self.path(manifest))

    def delete(self, manifest: Plain, uid: str) -> None:
        """Delete the very object of this uid and wait until it is gone; a refusal comes back whole."""
        path = self.path(manifest)
        preconditions = {"preconditions": {"uid": uid}} if uid else {}
        self._api.delete(path, {"propagationPolicy": "Background", **preconditions})
        deadline = time.monotonic() + _GONE_SECONDS
        while (found := self._api.find(path)) and (not uid or found["metadata"]["uid"] == uid):
            if time.monotonic() > deadline:
                kept = ", ".join(found["metadata"].get("finalizers") or []) or "nothing it says"
                raise Refusal(f"{path} is still there after {_GONE_SECONDS:.0f}s, kept by: {kept}")
            time.sleep(_PAUSE_SECONDS)

    def path(self, manifest: Plain) -> str:
        """The object's own address."""
        place = self._place(str(manifest["apiVersion"]), str(manifest["kind"]))
        metadata = manifest["metadata"]
        space = f"/namespaces/{metadata.get('namespace', 'default')}" if place.namespaced else ""
        root, plural = place.collection.rsplit("/", 1)
        return f"{root}{space}/{plural}/{metadata['name']}"

    def _place(self, version: str, kind: str) -> Place:
        """Ask the server where a kind lives; a definition applied a moment ago may take a while to be served."""
        sought = version, kind
        if sought not in self._places:
            poll(lambda: sought in self._discover(version), _DISCOVERY_SECONDS)
        if sought not in self._places:
            raise RefusedByServer(404, f'no matches for kind "{kind}" in version "{version}"')
        return self._places[sought]

    def _discover(self, version: str) -> dict[tuple[str, str], Place]:
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        found: Mapping[str, Any] = self._api.find(root) or {}
        for each in found.get("resources", []):
            if "/" not in each["name"]:
                self._places[version, each["kind"]] = Place(f"{root}/{each['name']}", each["namespaced"])
        return self._places
