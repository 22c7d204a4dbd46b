"""The hub behind a kubeconfig: the program's only door to Kubernetes besides the objects it publishes.

Its way there is the operator's and the command line's: a kubeconfig that says everything itself takes the standard
library, and the Kubernetes client, half a second to load, comes with one that names a command.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from threading import Lock
from typing import Any, Protocol
from urllib.parse import quote

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from holdfast.cluster.transport.http import Reply, Request, Unanswered
from holdfast.cluster.ways import NoWay, Way, way_to
from holdfast.hardware.names import GROUP, UNIT_LABEL, VERSION
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard.ledger import Object

_PLURALS = {
    "Datacenter": "datacenters",
    "AcceleratorPool": "acceleratorpools",
    "StackSeal": "stackseals",
    "PoolReport": "poolreports",
    "MaintenanceWindow": "maintenancewindows",
}
_OURS = f"/apis/{GROUP}/{VERSION}"
_OLDEST_NAMESPACE = "kube-system"
"""It is made with the cluster and cannot be made twice, so its uid stands for the cluster."""
_READ_SECONDS = 10.0


class HubSilent(Exception):
    """The hub gave no answer that could be used."""


class NoDefinitions(HubSilent):
    """A server answered that serves no pools: another cluster, or a hub whose kinds were not made yet."""


class Hub(Protocol):
    """What the guard asks."""

    def identity(self) -> str:
        """What makes it this hub and no other, whatever a kubeconfig calls it. Raises HubSilent."""

    def published(self, kind: str, name: str) -> Object | None:
        """A published object of this kind, None if the hub says there is none. Raises HubSilent."""

    def pool(self, name: str) -> Object | None:
        """The AcceleratorPool of this name, None if the hub says there is none. Raises HubSilent."""

    def pools(self) -> list[Object]:
        """All AcceleratorPools. Raises HubSilent."""

    def report(self, pool: str) -> Object | None:
        """What the pool's agent last reported, None if it never did. Raises HubSilent."""


class _NoObject(HubSilent):
    """The server answered with something else than an object."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.status} {_phrase(reply.status)}")
        self.reply = reply


class _Door:
    """A cluster behind a kubeconfig; the connection is made with the first question. Safe for threads."""

    def __init__(self, address: HubAddress) -> None:
        self._address = address
        self._way: Way | None = None
        self._lock = Lock()

    def _ask(self, path: str, *query: tuple[str, str]) -> Any:
        """What stands at a path, as it came. Raises HubSilent, of which _NoObject is an answer."""
        request = Request("GET", path, query, timeout=_READ_SECONDS)
        try:
            for attempt in _SHORT_READ_RETRIES.copy():
                with attempt:
                    return self._read(request)
        except (Unanswered, NoWay, OSError, ValueError) as error:
            raise HubSilent(f"{type(error).__name__}: {error}") from error
        raise HubSilent("no attempt was made")

    def _read(self, request: Request) -> Any:
        with self._lock:
            self._way = self._way or way_to(self._address.kubeconfig, self._address.context)
            reply = self._way.transport.call(request)
        if reply.status != HTTPStatus.OK:
            raise _NoObject(reply)
        return json.loads(reply.body)


class KubernetesHub(_Door):
    """The hub behind a kubeconfig."""

    def identity(self) -> str:
        """The uid of the hub's namespace kube-system."""
        found = self._ask(f"/api/v1/namespaces/{_OLDEST_NAMESPACE}")
        uid = (found.get("metadata") or {}).get("uid") if isinstance(found, dict) else None
        if not uid:
            raise HubSilent(f"an answer that is no namespace {_OLDEST_NAMESPACE}")
        return str(uid)

    def published(self, kind: str, name: str) -> Object | None:
        """A fresh read, never a cache."""
        plural = _PLURALS[kind]
        try:
            found: Object = self._ask(f"{_OURS}/{plural}/{quote(name)}")
        except _NoObject as error:
            if error.reply.status == 404 and _says_no_such_object(error.reply, plural):
                return None
            raise
        return found

    def pool(self, name: str) -> Object | None:
        """A fresh read."""
        return self.published("AcceleratorPool", name)

    def report(self, pool: str) -> Object | None:
        """A fresh read; the PoolReport has its pool's name."""
        return self.published("PoolReport", pool)

    def pools(self) -> list[Object]:
        """A fresh read; that the hub does not serve pools at all is silence, not emptiness."""
        try:
            found = self._ask(f"{_OURS}/{_PLURALS['AcceleratorPool']}")
        except _NoObject as error:
            if error.reply.status == HTTPStatus.NOT_FOUND:
                raise NoDefinitions(f"{error}: the server serves no AcceleratorPool") from error
            raise
        if not isinstance(found, dict) or not isinstance(found.get("items"), list):
            raise HubSilent("an answer that is no list of pools")
        return list(found["items"])


class KubernetesSite(_Door):
    """A datacenter's own cluster behind a kubeconfig."""

    def unit_nodes(self) -> list[Object]:
        """Every node that is marked as part of a unit. A fresh read; raises HubSilent."""
        found = self._ask("/api/v1/nodes", ("labelSelector", UNIT_LABEL))
        return [
            {"metadata": {"name": node["metadata"]["name"], "labels": node["metadata"]["labels"]}}
            for node in found["items"]
        ]


def _passes(error: BaseException) -> bool:
    if isinstance(error, _NoObject):
        return error.reply.status == 429 or error.reply.status >= 500
    return isinstance(error, Unanswered)


def _says_no_such_object(reply: Reply, plural: str) -> bool:
    """A 404 of the API server about this object, not of a proxy or of a server without our API."""
    body = reply.body.decode(errors="replace")
    return '"kind":"Status"' in body.replace(" ", "") and f"{plural}.{GROUP}" in body


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "unknown"


_SHORT_READ_RETRIES = Retrying(
    stop=stop_after_attempt(3),
    wait=wait_random_exponential(multiplier=0.2, max=2),
    retry=retry_if_exception(_passes),
    reraise=True,
)
"""Reads only; a write is never repeated."""
