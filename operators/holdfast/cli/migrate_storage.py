"""`holdfast migrate-storage`: everything stored in an older version is written anew, and the older version is let go.

An API server writes an object in the version that its definition stores, and reads it in any that is served. So each
object is put back as it is: the server writes it where its stored form differs, and nowhere else. Whoever writes
meanwhile wins, and its object is read again (docs/evolution.md).

Exit status: 0 all is stored in one version, 2 it could not be looked at or was refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from rich.console import Console

from holdfast.cli.connection import Unconnected, one_line_errors, open_api
from holdfast.cli.written import tell
from holdfast.cluster.client import Api
from holdfast.cluster.raw_objects import Document, raw_view
from holdfast.cluster.transport.errors import Gone, Stale
from holdfast.cluster.transport.kinds import DEFINITION, ServedKind
from holdfast.hardware.names import GROUP

TRIES = 5
"""So often one object is read again where somebody else has just written it."""


def migrate_storage(kubeconfig: str | None, context: str | None) -> None:
    """Go through every definition of ours; says what was done."""
    with one_line_errors(Console(stderr=True)):
        api = open_api(kubeconfig, context)
        for definition in sorted(_ours(api), key=lambda one: str(one["metadata"]["name"])):
            tell(_migrated(api, definition))


def _ours(api: Api) -> Iterable[Document]:
    pages = api.list_pages(raw_view(DEFINITION))
    return [one for page in pages for one in page.objects if one["spec"]["group"] == GROUP]


def _migrated(api: Api, definition: Document) -> str:
    """What was done about one kind."""
    kind, before = _stored_as(definition), definition["status"]["storedVersions"]
    found = [one for page in api.list_pages(raw_view(kind)) for one in page.objects]
    for one in found:
        _put_back(api, kind, one)
    older = ", ".join(version for version in before if version != kind.version)
    if older:
        _trim(api, str(definition["metadata"]["name"]), before, kind.version)
    left = f"; nothing is left in {older}" if older else ""
    return f"{kind.plural}: {len(found)} objects are stored in {kind.version}{left}"


def _stored_as(definition: Document) -> ServedKind:
    spec = definition["spec"]
    version = next(one["name"] for one in spec["versions"] if one["storage"])
    names = spec["names"]
    return ServedKind(GROUP, version, names["plural"], names["kind"], spec["scope"] == "Namespaced")


def _put_back(api: Api, kind: ServedKind, document: Document) -> None:
    """Write one object as it is; one that is gone meanwhile needs nothing."""
    view, meta = raw_view(kind), document["metadata"]
    with contextlib.suppress(Gone):
        for _ in range(TRIES):
            with contextlib.suppress(Stale):
                api.replace(view, document)
                return
            document = api.get(view, meta["name"], meta.get("namespace", ""))
        raise Unconnected(f"{kind.kind} {meta['name']} is written by others all the time; run it again")


def _trim(api: Api, name: str, before: list[str], version: str) -> None:
    """Let the older versions go, unless one was added while this ran."""
    view = raw_view(DEFINITION)
    found = api.get(view, name)
    if found["status"]["storedVersions"] != before:
        raise Unconnected(f"{name} was changed while its objects were written anew; run it again")
    api.replace(view, {**found, "status": {**found["status"], "storedVersions": [version]}}, "status")
