"""The hub behind a kubeconfig: the program's only door to Kubernetes besides the objects it publishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

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
}
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

    def _ask(self, question: Callable[[client.ApiClient], Any]) -> Any:
        try:
            for attempt in _SHORT_READ_RETRIES.copy():
                with attempt:
                    return question(self._connected())
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
            found = self._ask(_the_oldest_namespace)
        except ApiException as error:
            raise HubSilent(_answer(error)) from error
        return str(found.metadata.uid)

    def published(self, kind: str, name: str) -> Object | None:
        """A fresh read, never a cache."""
        plural = _PLURALS[kind]
        try:
            found: Object = self._ask(_custom("get_cluster_custom_object", plural, name))
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
            found = self._ask(_custom("list_cluster_custom_object", _PLURALS["AcceleratorPool"]))
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
            found = self._ask(_marked_nodes)
        except ApiException as error:
            raise HubSilent(_answer(error)) from error
        return [
            {"metadata": {"name": node.metadata.name, "labels": node.metadata.labels}} for node in found.items
        ]


def _marked_nodes(api: client.ApiClient) -> Any:
    return client.CoreV1Api(api).list_node(
        label_selector=UNIT_LABEL, _request_timeout=_CONNECT_AND_READ_SECONDS
    )


def _the_oldest_namespace(api: client.ApiClient) -> Any:
    return client.CoreV1Api(api).read_namespace(_OLDEST_NAMESPACE, _request_timeout=_CONNECT_AND_READ_SECONDS)


def _custom(verb: str, *what: str) -> Callable[[client.ApiClient], Any]:
    """A read of our own kinds."""

    def ask(api: client.ApiClient) -> Any:
        read = getattr(client.CustomObjectsApi(api), verb)
        return read(GROUP, VERSION, *what, _request_timeout=_CONNECT_AND_READ_SECONDS)

    return ask


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
