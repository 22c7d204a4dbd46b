"""Where an object lives in an API server: the URL path, built and taken apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote, unquote

from holdfast.cluster.transport.kinds import ServedKind

_NAMESPACE_SUBRESOURCES = frozenset({"status", "finalize"})


@dataclass(frozen=True, slots=True)
class Path:
    """One place. An empty `name` is the collection; an empty `namespace` the cluster, or all namespaces."""

    group: str
    version: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @classmethod
    def of(cls, kind: ServedKind, namespace: str = "", name: str = "", subresource: str = "") -> Self:
        """Place of an object of this kind; ValueError for a name whose namespace is missing or too much."""
        if not kind.namespaced and namespace:
            raise ValueError(f"{kind.kind} {name!r}: has no namespace, got {namespace!r}")
        if kind.namespaced and name and not namespace:
            raise ValueError(f"{kind.kind} {name!r}: needs a namespace")
        return cls(kind.group, kind.version, kind.plural, namespace, name, subresource)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The place a URL path means; ValueError for a path of no object."""
        root, *parts = [unquote(part) for part in text.strip("/").split("/")]
        group = parts.pop(0) if root == "apis" and parts else ""
        if root not in ("api", "apis") or len(parts) < 2:
            raise ValueError(f"path {text!r}: names no object of an API server")
        version, plural, *rest = parts
        if plural == "namespaces" and len(rest) > 1 and rest[1] not in _NAMESPACE_SUBRESOURCES:
            namespace, plural, *rest = rest
        else:
            namespace = ""
        if len(rest) > 2:
            raise ValueError(f"path {text!r}: is deeper than a subresource")
        return cls(group, version, plural, namespace, *rest)

    @property
    def collection(self) -> Path:
        """The place this object is created in."""
        return replace(self, name="", subresource="")

    def __str__(self) -> str:
        parts = ["apis", self.group] if self.group else ["api"]
        parts.append(self.version)
        if self.namespace:
            parts += ["namespaces", self.namespace]
        parts += [self.plural, self.name, self.subresource]
        return "/" + "/".join(quote(part, safe="") for part in parts if part)
