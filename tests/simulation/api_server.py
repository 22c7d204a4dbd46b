"""An API server in memory: a Transport that keeps the promises a real one keeps, and can be stepped.

    resourceVersion  one rising number over everything; a write that changes nothing does not raise it
    409              create over a name that is taken; PUT, PATCH, DELETE on another version or another uid
    422              PATCH for another uid on the stored version, or on none; a PATCH of /status never looks at the uid
    generation       rises when anything but metadata and status changes, and when a deletion is marked
    dryRun           a PUT that is judged by the rules and not stored
    /status          a write to it changes only the status, a write beside it never does
    finalizers       DELETE marks an object that has some; it goes when the last one goes
    lists            pages of one instant with a continue token; 410 once the history is compacted
    watch            all changes after a revision, then a bookmark, then it ends; 410 as above
    rules            what admission policies would refuse: 422

Unlike a real one it checks no schema, no rights and no namespace, and applies server-side apply as a merge.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from tests.simulation.listing import Collections
from tests.simulation.refusal import No
from tests.simulation.storage import Document, Place, Storage, merged, with_metadata

from holdfast.cluster.leases.lease import microtime
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import (
    DEFINITION,
    EVENT,
    KINDS,
    KUEUES,
    LEASE,
    ROLE_BINDING,
    TPU_SLICE,
    ServedKind,
)
from holdfast.cluster.transport.paths import Path

Rule = Callable[[ServedKind, Document | None, Document | None], str | None]
"""(kind, old, new) → why it is refused, or None. `old` is None for a creation, `new` for a deletion."""

_ONE_PIECE = frozenset({EVENT.plural, LEASE.plural, ROLE_BINDING.plural})
_SERVER_KEEPS = ("uid", "creationTimestamp", "deletionTimestamp", "generation")
ANCIENT = "2000-01-01T00:00:00Z"
"""Since when the kinds of a simulated server stand, unless a test adds their definition itself."""
_NOT_FOUND = Reply(404, b"404 page not found\n")


class ApiServer:
    """One server. `time` gives the epoch seconds of its Date header; `requests` lists every call it has seen."""

    def __init__(
        self,
        time: Callable[[], float] = lambda: 0.0,
        rules: Sequence[Rule] = (),
        storage: Storage | None = None,
    ) -> None:
        self.time = time
        self.rules = list(rules)
        self.storage = storage or Storage()
        self.requests: list[Request] = []
        self.absent = set(KUEUES)
        """Kinds that this cluster does not define."""
        self._kinds = {(kind.group, kind.plural): kind for kind in KINDS if kind != TPU_SLICE}
        self._collections = Collections(self.storage)
        self._lock = threading.Lock()
        self._verbs = {"POST": self._post, "PUT": self._put, "PATCH": self._patch, "DELETE": self._delete}

    # --- as a Transport ---------------------------------------------------------------------------------

    def call(self, request: Request) -> Reply:
        """Carry one request out."""
        with self._lock:
            self.requests.append(request)
            path = Path.parse(request.path)
            if (path.group, path.plural) not in self._kinds:
                return _NOT_FOUND
            try:
                created = request.method == "POST"
                return self._reply(201 if created else 200, self._answer(request, path))
            except No as no:
                return self._reply(no.code, no.status)

    def stream(self, request: Request) -> Iterator[bytes]:
        """The lines of a watch: all that has happened since its resourceVersion, then it ends."""
        with self._lock:
            self.requests.append(request)
            lines = list(self._collections.watch(Path.parse(request.path), dict(request.query)))
        yield from (msgspec.json.encode(line) for line in lines)

    # --- for tests --------------------------------------------------------------------------------------

    def add(self, kind: ServedKind, document: Document) -> Document:
        """Create a document, status included, as a person with all rights would."""
        metadata = document["metadata"]
        place = Place(kind.group, kind.plural, metadata.get("namespace", ""), metadata["name"])
        return self.storage.write(place, self._newborn(kind, document))

    def find(self, kind: ServedKind, name: str, namespace: str = "") -> Document | None:
        """A document as it is stored, or None."""
        return self.storage.documents.get(Place(kind.group, kind.plural, namespace, name))

    def compact(self) -> None:
        """Forget all history: older positions and pages are answered with 410."""
        self.storage.compacted = self.storage.revision

    def serve(self, kind: ServedKind) -> None:
        """Serve a kind that not every cluster has."""
        self._kinds[kind.group, kind.plural] = kind

    def withdraw(self, kind: ServedKind) -> None:
        """Stop serving a kind, as if its CRD were gone."""
        del self._kinds[kind.group, kind.plural]

    # --- verbs ------------------------------------------------------------------------------------------

    def _answer(self, request: Request, path: Path) -> Document:
        place = Place(path.group, path.plural, path.namespace, path.name)
        if request.method == "GET" and path.name:
            return self._existing(place)
        if request.method == "GET":
            return self._collections.page(self._kinds[path.group, path.plural], path, dict(request.query))
        return self._verbs[request.method](request, path, place)

    def _post(self, request: Request, path: Path, place: Place) -> Document:
        document = msgspec.json.decode(request.body or b"{}")
        if path.subresource == "eviction":
            return self._end(place, document.get("deleteOptions", {}))
        place = place._replace(name=document["metadata"]["name"])
        if place in self.storage.documents:
            raise No(409, "AlreadyExists", f"{place.plural} {place.name!r} already exists")
        kind = self._kinds[path.group, path.plural]
        if path.plural not in _ONE_PIECE:
            document.pop("status", None)
        return self._admit(place, None, self._newborn(kind, document))

    def _put(self, request: Request, path: Path, place: Place) -> Document:
        document, old = msgspec.json.decode(request.body or b"{}"), self._existing(place)
        if not document["metadata"].get("resourceVersion"):
            raise No(422, "Invalid", "metadata.resourceVersion: must be specified for an update")
        new = self._updated(path, old, document)
        if ("dryRun", "All") in request.query:
            self._obey(place, old, new)
            return new
        return self._admit(place, old, new)

    def _patch(self, request: Request, path: Path, place: Place) -> Document:
        old = self._existing(place)
        wanted = merged(old, msgspec.json.decode(request.body or b"{}"))
        _same_version(old["metadata"], {"resourceVersion": wanted["metadata"].get("resourceVersion")})
        if path.subresource == "status":
            wanted["metadata"] = old["metadata"]
        if wanted["metadata"]["uid"] != old["metadata"]["uid"]:
            raise No(422, "Invalid", f"metadata.uid: {wanted['metadata']['uid']}: field is immutable")
        changed = self._updated(path, old, wanted)
        return self._admit(place, old, changed)

    def _delete(self, request: Request, path: Path, place: Place) -> Document:
        return self._end(place, msgspec.json.decode(request.body or b"{}"))

    # --- under the verbs -------------------------------------------------------------------------

    def _newborn(self, kind: ServedKind, document: Document) -> Document:
        head = {"apiVersion": kind.api_version, "kind": kind.kind}
        born = _seconds(self.time())
        return with_metadata(
            {**head, **document}, uid=self.storage.new_uid(), generation=1, creationTimestamp=born
        )

    def _existing(self, place: Place) -> Document:
        if place.plural == DEFINITION.plural and place not in self.storage.documents:
            return self._definition(place)
        if place not in self.storage.documents:
            raise No(404, "NotFound", f'{place.plural} "{place.name}" not found')
        return self.storage.documents[place]

    def _definition(self, place: Place) -> Document:
        """What defines a served kind; it stands since before every object."""
        served = (kind for kind in self._kinds.values() if kind not in self.absent)
        if place.name not in {f"{kind.plural}.{kind.group}" for kind in served}:
            raise No(404, "NotFound", f'{place.plural} "{place.name}" not found')
        metadata = {
            "name": place.name,
            "uid": place.name,
            "resourceVersion": "1",
            "creationTimestamp": ANCIENT,
        }
        return {"apiVersion": DEFINITION.api_version, "kind": DEFINITION.kind, "metadata": metadata}

    def _updated(self, path: Path, old: Document, wanted: Document) -> Document:
        _same_version(old["metadata"], wanted["metadata"])
        kept = {key: old["metadata"].get(key) for key in _SERVER_KEEPS}
        if path.subresource == "status":
            new = {**old, "status": wanted.get("status")}
        else:
            new = with_metadata(wanted, **kept)
            if path.plural not in _ONE_PIECE:
                new["status"] = old.get("status")
        new = {key: value for key, value in new.items() if value is not None}
        if _meaning(new) != _meaning(old):
            new = with_metadata(new, generation=kept["generation"] + 1)
        return new

    def _admit(self, place: Place, old: Document | None, new: Document) -> Document:
        self._obey(place, old, new)
        stored = self.storage.write(place, new)
        metadata = stored["metadata"]
        if metadata.get("deletionTimestamp") and not metadata.get("finalizers"):
            return self.storage.erase(place)
        return stored

    def _end(self, place: Place, options: Document) -> Document:
        old = self._existing(place)
        _same_version(old["metadata"], options.get("preconditions", {}))
        self._obey(place, old, None)
        if not old["metadata"].get("finalizers"):
            return self.storage.erase(place)
        marked = old["metadata"].get("deletionTimestamp") or _seconds(self.time())
        generation = old["metadata"]["generation"] + ("deletionTimestamp" not in old["metadata"])
        return self.storage.write(place, with_metadata(old, deletionTimestamp=marked, generation=generation))

    def _obey(self, place: Place, old: Document | None, new: Document | None) -> None:
        kind = self._kinds[place.group, place.plural]
        for rule in self.rules:
            if why := rule(kind, old, new):
                raise No(422, "Invalid", why)

    def _reply(self, status: int, body: Any) -> Reply:
        return Reply(status, msgspec.json.encode(body), float(int(self.time())))


def _seconds(epoch: float) -> str:
    return microtime(epoch).partition(".")[0] + "Z"


def _meaning(document: Document) -> Document:
    """What an object wants: everything but its metadata and status."""
    return {key: value for key, value in document.items() if key not in ("metadata", "status")}


def _same_version(old: Document, given: Document) -> None:
    """409 unless the uid and resourceVersion that were given, if they were, are the ones stored."""
    for key in ("uid", "resourceVersion"):
        if given.get(key) not in (None, "", old[key]):
            raise No(409, "Conflict", f"{key} is {old[key]}, not {given[key]}")
