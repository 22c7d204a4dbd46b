"""A hub read into a backup: every kind as it stood at one and the same revision of the API server.

All that a server stores has its place in one history, so a list may be asked for as of the revision that another list
showed (`resourceVersionMatch=Exact`, kubernetes.io/docs/reference/using-api/api-concepts). No promise is ever seen
without the ledger that it rests on, however busy the hub is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from holdfast.backup.document import Backup, Document
from holdfast.backup.kept import KEPT, Kept
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NAMESPACE
from holdfast.cluster.transport.paths import Path

Ask = Callable[[Request], Reply]
"""One read of the hub. Raises ClusterError."""
PAGE = 500
_OLDEST_NAMESPACE = "kube-system"


@dataclass(frozen=True, slots=True)
class _Listed:
    """One whole list, and the revision that it shows."""

    objects: tuple[Document, ...]
    revision: str


def collect(ask: Ask, version: str) -> Backup:
    """The hub as it stands. Raises ClusterError."""
    known = ask(Request("GET", str(Path.of(NAMESPACE, name=_OLDEST_NAMESPACE))))
    hub, at = str(json.loads(known.body)["metadata"]["uid"]), int(known.date or 0)
    revision = _listed(ask, Kept(ACCELERATOR_POOL)).revision
    found = {one.kind.plural: _listed(ask, one, revision).objects for one in KEPT}
    tenants = {one["metadata"]["name"] for one in found[NAMESPACE.plural]}
    for one in KEPT:
        if one.in_tenants:
            everywhere = found[one.kind.plural]
            found[one.kind.plural] = tuple(
                each for each in everywhere if each["metadata"]["namespace"] in tenants
            )
    return Backup(at, hub, revision, version, found)


def _listed(ask: Ask, kept: Kept, revision: str = "") -> _Listed:
    exactly = (("resourceVersion", revision), ("resourceVersionMatch", "Exact")) if revision else ()
    labels = (("labelSelector", kept.labels),) if kept.labels else ()
    pages = list(_pages(ask, kept, (*labels, ("limit", str(PAGE))), exactly))
    shown = str(pages[0]["metadata"]["resourceVersion"])
    head = {"apiVersion": kept.kind.api_version, "kind": kept.kind.kind}
    return _Listed(tuple({**head, **one} for page in pages for one in page["items"]), shown)


def _pages(
    ask: Ask, kept: Kept, query: tuple[tuple[str, str], ...], exactly: tuple[tuple[str, str], ...]
) -> Iterator[dict[str, Any]]:
    """The pages of a list; what follows the first one stays at its revision by itself."""
    path, more = str(Path.of(kept.kind)), exactly
    while True:
        page = json.loads(ask(Request("GET", path, (*query, *more))).body)
        yield page
        token = page["metadata"].get("continue")
        if not token:
            return
        more = (("continue", token),)
