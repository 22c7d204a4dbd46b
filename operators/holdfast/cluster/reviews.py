"""Reviews: who somebody is, and what they may do, decided by the API server alone. Nothing is stored by asking.

TokenReview               whose token this is
SubjectAccessReview       whether a person may do a deed
SelfSubjectAccessReview   whether the caller itself may
SelfSubjectReview         who the caller is
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from holdfast.cluster.client import Api
from holdfast.cluster.transport.errors import Unavailable
from holdfast.cluster.transport.kinds import (
    ACCESS_REVIEW,
    SELF_ACCESS_REVIEW,
    SELF_REVIEW,
    TOKEN_REVIEW,
    ServedKind,
)


class Person(msgspec.Struct, frozen=True):
    """Somebody as the API server names them; `extra` is what its authenticator adds."""

    username: str = ""
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do: `get` of one named object, or `list` of a collection. No namespace is every namespace."""

    verb: str
    group: str
    plural: str
    namespace: str = ""
    name: str = ""

    def attributes(self) -> dict[str, str]:
        """As a review asks for it."""
        return {
            "verb": self.verb,
            "group": self.group,
            "resource": self.plural,
            "namespace": self.namespace,
            "name": self.name,
        }


class _TokenStatus(msgspec.Struct, frozen=True):
    authenticated: bool = False
    user: Person = Person()
    error: str = ""


class _SelfStatus(msgspec.Struct, frozen=True, rename="camel"):
    user_info: Person = Person()


class _SelfReview(msgspec.Struct, frozen=True):
    status: _SelfStatus = _SelfStatus()


class _AccessStatus(msgspec.Struct, frozen=True):
    allowed: bool = False


class _TokenReview(msgspec.Struct, frozen=True):
    status: _TokenStatus = _TokenStatus()


class _AccessReview(msgspec.Struct, frozen=True):
    status: _AccessStatus = _AccessStatus()


_token_review = msgspec.json.Decoder(_TokenReview).decode
_self_review = msgspec.json.Decoder(_SelfReview).decode
_access_review = msgspec.json.Decoder(_AccessReview).decode


def bearer_of(api: Api, token: str) -> Person | None:
    """Whose token this is; None for a token that the server does not take. Raises ClusterError."""
    said = _token_status(api, token)
    return said.user if said.authenticated and said.user.username else None


def refusal_of(api: Api, token: str) -> str:
    """What the server says of a token that it does not take; empty for one that it does. Raises ClusterError."""
    return _token_status(api, token).error


def _token_status(api: Api, token: str) -> _TokenStatus:
    try:
        return _token_review(api.review(TOKEN_REVIEW, _asked(TOKEN_REVIEW, {"token": token}))).status
    except msgspec.DecodeError as error:
        raise Unavailable(f"the answer to a TokenReview cannot be read: {error}") from error


def oneself(api: Api) -> Person:
    """Who the caller is to the API server. Raises ClusterError."""
    try:
        return _self_review(api.review(SELF_REVIEW, _asked(SELF_REVIEW, {}))).status.user_info
    except msgspec.DecodeError as error:
        raise Unavailable(f"the answer to a SelfSubjectReview cannot be read: {error}") from error


def allowed(api: Api, deed: Deed, person: Person | None = None) -> bool:
    """Whether a person may do it; without one, the caller itself. Raises ClusterError."""
    spec: dict[str, Any] = {"resourceAttributes": deed.attributes()}
    kind = SELF_ACCESS_REVIEW
    if person is not None:
        kind = ACCESS_REVIEW
        extra = {key: list(values) for key, values in person.extra.items()}
        who = {"user": person.username, "uid": person.uid, "groups": list(person.groups), "extra": extra}
        spec = {**spec, **who}
    try:
        return _access_review(api.review(kind, _asked(kind, spec))).status.allowed
    except msgspec.DecodeError as error:
        raise Unavailable(f"the answer to an access review cannot be read: {error}") from error


def _asked(kind: ServedKind, spec: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"apiVersion": kind.api_version, "kind": kind.kind, "spec": spec})
