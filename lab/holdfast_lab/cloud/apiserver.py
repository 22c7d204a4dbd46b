"""Plain HTTPS calls to one Kubernetes API server, for the cloud's plugins.

The kubernetes client brings connection, certificates and tokens; bodies stay what the server says, because a
refusal of an admission policy must reach the person who ran Pulumi whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3
import yaml
from kubernetes.client import ApiClient
from kubernetes.config import ConfigException, new_client_from_config_dict

from holdfast_lab.pulumi_protocol.errors import Refusal

_TIMEOUT_SECONDS = 30.0
JSON = "application/json"
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"


class RefusedByServer(Refusal):
    """The API server said no; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(Refusal):
    """No API server answered."""


class ApiServer:
    """One cluster, entered with a kubeconfig."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    @classmethod
    def enter(cls, kubeconfig: str, context: str = "") -> ApiServer:
        """A connection for a kubeconfig given as a path or as its content."""
        try:
            text = kubeconfig if "\n" in kubeconfig or "{" in kubeconfig else _read(kubeconfig)
            content = yaml.safe_load(text)
            open_client: Any = new_client_from_config_dict
            client = open_client(content, context or None, persist_config=False)
            return cls(client)
        except (ConfigException, yaml.YAMLError, OSError) as error:
            raise Refusal(f"the kubeconfig given to the provider cannot be used: {error}") from error

    @property
    def host(self) -> str:
        """Address of the API server."""
        return str(self._client.configuration.host)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Read one object or list."""
        return self.call("GET", path, query)

    def find(self, path: str) -> dict[str, Any] | None:
        """Read one object; None if it is not there."""
        try:
            return self.get(path)
        except RefusedByServer as error:
            if error.status == 404:
                return None
            raise

    def delete(self, path: str, options: Mapping[str, Any]) -> None:
        """Ask for a deletion; one that is already gone is no error."""
        try:
            self.call("DELETE", path, body={"kind": "DeleteOptions", "apiVersion": "v1", **options})
        except RefusedByServer as error:
            if error.status != 404:
                raise

    def call(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        media: str = JSON,
    ) -> dict[str, Any]:
        """One call; raises RefusedByServer with the server's own message, or Unreachable."""
        _, url, headers, _, _ = self._client.param_serialize(verb, path, auth_settings=["BearerToken"])
        headers |= {"Content-Type": media, "Accept": JSON}
        address = f"{url}?{urlencode(query)}" if query else url
        content = None if body is None else json.dumps(body).encode()
        try:
            answer = self._client.rest_client.pool_manager.request(
                verb, address, body=content, headers=headers, timeout=_TIMEOUT_SECONDS, retries=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(f"the API server {self.host} did not answer: {error}") from error
        return _decoded(answer.status, answer.data)


def _read(path: str) -> str:
    return Path(path).expanduser().read_text(encoding="utf-8")


def _decoded(status: int, content: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(content)
    except ValueError:
        answer = {"message": content.decode(errors="replace").strip()}
    if status >= 400:
        raise RefusedByServer(status, str(answer.get("message") or answer))
    return answer
