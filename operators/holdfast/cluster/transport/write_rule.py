"""Write rule 1, enforced at the last moment: a mutating call of no allowed form never leaves the process.

    PUT     with resourceVersion, for the object its path names; our own kinds with fieldValidation=Strict
    PATCH   merge or apply, with resourceVersion; without one only for events
    DELETE  of one named object, with uid and resourceVersion as preconditions; of a pod its uid is enough: it stays on
            its node for life, and whoever changes it in a loop would else never be sent away
    CREATE  with a deterministic name; an eviction is the creation of one, with the preconditions of a DELETE
    REVIEW  posted without a name: the server answers it and stores nothing

It reads only the request, so that it does not share a mistake with whoever built it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from holdfast.cluster.transport.http import APPLY_PATCH, MERGE_PATCH, Reply, Request, Transport
from holdfast.cluster.transport.kinds import EVENT, POD, REVIEWS
from holdfast.cluster.transport.paths import Path
from holdfast.hardware.names import GROUP


class UnguardedWrite(Exception):
    """A write that could overwrite or destroy what was not read. It is a bug of ours, and no ClusterError:
    nobody waits it out."""


class _Metadata(msgspec.Struct, rename="camel"):
    name: str = ""
    namespace: str = ""
    resource_version: str = ""


class _Preconditions(msgspec.Struct, rename="camel"):
    uid: str = ""
    resource_version: str = ""


class _DeleteOptions(msgspec.Struct, rename="camel"):
    preconditions: _Preconditions = msgspec.field(default_factory=_Preconditions)


class _Body(msgspec.Struct, rename="camel"):
    """What any body of a write may hold that matters to the rule."""

    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    preconditions: _Preconditions = msgspec.field(default_factory=_Preconditions)
    delete_options: _DeleteOptions = msgspec.field(default_factory=_DeleteOptions)


_decode = msgspec.json.Decoder(_Body).decode


def _put(request: Request, path: Path, body: _Body) -> str | None:
    if not body.metadata.resource_version:
        return "a PUT without metadata.resourceVersion overwrites what it has not read"
    if body.metadata.name != path.name or body.metadata.namespace != path.namespace:
        return f"a PUT of {body.metadata.name!r} to another object's path"
    if path.group == GROUP and ("fieldValidation", "Strict") not in request.query:
        return "a PUT of our own kinds without fieldValidation=Strict may be pruned silently"
    return None


def _patch(request: Request, path: Path, body: _Body) -> str | None:
    if request.content_type not in (MERGE_PATCH, APPLY_PATCH):
        return f"a PATCH of type {request.content_type!r} shows no version"
    if body.metadata.resource_version or _last_writer_may_win(path):
        return None
    return "a PATCH without metadata.resourceVersion is last-writer-wins"


def _last_writer_may_win(path: Path) -> bool:
    """The one place that is only told: events."""
    return (path.group, path.plural, path.subresource) == (EVENT.group, EVENT.plural, "")


def _delete(_: Request, path: Path, body: _Body) -> str | None:
    if path.subresource:
        return "a DELETE of a subresource"
    return _unconditional(path, body.preconditions)


def _post(_: Request, path: Path, body: _Body) -> str | None:
    if _is_pod(path) and path.subresource == "eviction":
        return _unconditional(path, body.delete_options.preconditions)
    if path.name:
        return f"a POST to {path.subresource or 'an object'} is no creation"
    if stores_nothing(path):
        return None
    if not body.metadata.name:
        return "a CREATE without a deterministic name may be done twice"
    return None


def stores_nothing(path: Path) -> bool:
    """Whether what is posted there is a review: a question, and no object."""
    return (path.group, path.plural) in {(kind.group, kind.plural) for kind in REVIEWS}


def _unconditional(path: Path, preconditions: _Preconditions) -> str | None:
    if preconditions.uid and (preconditions.resource_version or _is_pod(path)):
        return None
    return "a DELETE or eviction without uid, and but for pods without resourceVersion, may hit what was not read"


def _is_pod(path: Path) -> bool:
    return (path.group, path.plural) == (POD.group, POD.plural)


_RULES: dict[str, Callable[[Request, Path, _Body], str | None]] = {
    "PUT": _put,
    "PATCH": _patch,
    "DELETE": _delete,
    "POST": _post,
}


def enforce(request: Request) -> None:
    """Return for a read or an allowed write; raise UnguardedWrite for everything else."""
    if request.mutates and (why := _objection(request)):
        raise UnguardedWrite(f"{request}: {why}. It was not sent. See write rule 1.")


def _objection(request: Request) -> str | None:
    rule = _RULES.get(request.method)
    if rule is None:
        return f"method {request.method} is not one of {', '.join(_RULES)}"
    try:
        path, body = Path.parse(request.path), _decode(request.body or b"{}")
    except (ValueError, msgspec.DecodeError) as error:
        return f"it cannot be read: {error}"
    if request.method != "POST" and not path.name:
        return "it names a whole collection"
    return rule(request, path, body)


@dataclass(frozen=True, slots=True)
class GuardedTransport:
    """A transport that lets only allowed writes pass. `Api` wraps whatever it is given in one of these."""

    way: Transport

    def call(self, request: Request) -> Reply:
        """As Transport.call; raises UnguardedWrite before anything is sent."""
        enforce(request)
        return self.way.call(request)

    def stream(self, request: Request) -> Iterator[bytes]:
        """As Transport.stream, for reads only."""
        if request.mutates:
            raise UnguardedWrite(f"{request}: a watch never writes. It was not sent.")
        return self.way.stream(request)
