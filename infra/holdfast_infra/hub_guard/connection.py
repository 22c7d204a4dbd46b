"""The hub behind a kubeconfig: the program's only door to Kubernetes besides the objects it publishes."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import quote

import urllib3
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from holdfast.hardware.names import GROUP, UNIT_LABEL, VERSION
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard.removal import Object

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
_CONNECT_AND_READ_SECONDS = (3, 10)


class HubSilent(Exception):
    """The hub gave no answer that could be used."""


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


class _Door:
    """A cluster behind a kubeconfig; the connection is made with the first question."""

    def __init__(self, address: HubAddress) -> None:
        self._address = address
        self._api: client.ApiClient | None = None

    def _ask(self, path: str) -> Any:
        try:
            for attempt in _SHORT_READ_RETRIES.copy():
                with attempt:
                    return _read(self._connected(), path)
        except (urllib3.exceptions.HTTPError, ConfigException, OSError, ValueError) as error:
            raise HubSilent(f"{type(error).__name__}: {error}") from error
        raise HubSilent("no attempt was made")

    def _connected(self) -> client.ApiClient:
        if self._api is None:
            settings = client.Configuration()
            settings.retries = False  # ours, above, are the only ones: a run must not hang on a dead hub
            config.load_kube_config(  # type: ignore[no-untyped-call]
                self._address.kubeconfig, context=self._address.context, client_configuration=settings
            )
            self._api = client.ApiClient(settings)
        return self._api


class KubernetesHub(_Door):
    """The hub behind a kubeconfig."""

    def identity(self) -> str:
        """The uid of the hub's namespace kube-system."""
        try:
            found = self._ask(f"/api/v1/namespaces/{_OLDEST_NAMESPACE}")
        except ApiException as error:
            raise HubSilent(_answer(error)) from error
        uid = (found.get("metadata") or {}).get("uid") if isinstance(found, dict) else None
        if not uid:
            raise HubSilent(f"an answer that is no namespace {_OLDEST_NAMESPACE}")
        return str(uid)

    def published(self, kind: str, name: str) -> Object | None:
        """A fresh read, never a cache."""
        plural = _PLURALS[kind]
        try:
            found: Object = self._ask(f"{_OURS}/{plural}/{quote(name)}")
        except ApiException as error:
            if error.status == 404 and _says_no_such_object(error, plural):
                return None
            raise HubSilent(_answer(error)) from error
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
        except ApiException as error:
            raise HubSilent(_answer(error)) from error
        if not isinstance(found, dict) or not isinstance(found.get("items"), list):
            raise HubSilent("an answer that is no list of pools")
        return list(found["items"])


class KubernetesSite(_Door):
    """A datacenter's own cluster behind a kubeconfig."""

    def unit_nodes(self) -> list[Object]:
        """Every node that is marked as part of a unit. A fresh read; raises HubSilent."""
        try:
            found = self._ask(f"/api/v1/nodes?labelSelector={quote(UNIT_LABEL, safe='')}")
        except ApiException as error:
            raise HubSilent(_answer(error)) from error
        return [
            {"metadata": {"name": node["metadata"]["name"], "labels": node["metadata"]["labels"]}}
            for node in found["items"]
        ]


def _read(api: client.ApiClient, path: str) -> Any:
    """The object at a path as it came: none of the client's types, which take a second to load."""
    request = api.param_serialize(
        "GET", path, header_params={"Accept": "application/json"}, auth_settings=["BearerToken"]
    )
    answer = api.call_api(*request, _request_timeout=_CONNECT_AND_READ_SECONDS)
    answer.read()  # type: ignore[no-untyped-call]
    return api.response_deserialize(answer, {"200": "object"}).data


def _passes(error: BaseException) -> bool:
    if isinstance(error, ApiException):
        return error.status == 429 or (error.status or 0) >= 500
    return isinstance(error, urllib3.exceptions.HTTPError)


def _says_no_such_object(error: ApiException, plural: str) -> bool:
    """A 404 of the API server about this object, not of a proxy or of a server without our API."""
    body = str(error.body or "")
    return '"kind":"Status"' in body.replace(" ", "") and f"{plural}.{GROUP}" in body


def _answer(error: ApiException) -> str:
    return f"{error.status} {error.reason}"


_SHORT_READ_RETRIES = Retrying(
    stop=stop_after_attempt(3),
    wait=wait_random_exponential(multiplier=0.2, max=2),
    retry=retry_if_exception(_passes),
    reraise=True,
)
"""Reads only; a write is never repeated."""
