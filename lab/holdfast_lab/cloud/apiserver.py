"""Plain HTTPS calls to one Kubernetes API server, for the cloud's plugins.

By the standard library: a plugin that loads the Kubernetes client takes longer to start than all it does. Bodies stay
what the server says, because a refusal of an admission policy must reach the person who ran Pulumi whole.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from holdfast.cluster.transport.http import APPLY_PATCH, JSON, MERGE_PATCH, Request, Unanswered
from holdfast.cluster.transport.kubeconfig import NoKubeconfig, NotPlain, ServerAccess, access_said
from holdfast.cluster.transport.plain import PlainTransport
from holdfast_lab.pulumi_protocol.errors import Refusal

_TIMEOUT_SECONDS = 30.0
APPLY, MERGE = APPLY_PATCH, MERGE_PATCH


class RefusedByServer(Refusal):
    """The API server said no; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(Refusal):
    """No API server answered."""


class ApiServer:
    """One cluster, entered with a kubeconfig."""

    def __init__(self, access: ServerAccess) -> None:
        self._access = access
        self._own = threading.local()
        """A connection for each thread."""

    @classmethod
    def enter(cls, kubeconfig: str, context: str = "") -> ApiServer:
        """A connection for a kubeconfig given as a path or as its content."""
        try:
            text = kubeconfig if "\n" in kubeconfig or "{" in kubeconfig else _read(kubeconfig)
            return cls(access_said(text, context or None))
        except (NoKubeconfig, NotPlain, OSError) as error:
            raise Refusal(f"the kubeconfig given to the provider cannot be used: {error}") from error

    @property
    def host(self) -> str:
        """Address of the API server."""
        return self._access.server

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
        content = None if body is None else json.dumps(body).encode()
        request = Request(verb, path, tuple((query or {}).items()), content, media, _TIMEOUT_SECONDS)
        try:
            answer = self._transport().call(request)
        except Unanswered as error:
            raise Unreachable(f"the API server {self.host} did not answer: {error}") from error
        return _decoded(answer.status, answer.body)

    def _transport(self) -> PlainTransport:
        if not hasattr(self._own, "transport"):
            self._own.transport = PlainTransport(self._access)
        transport: PlainTransport = self._own.transport
        return transport


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
