"""Plain calls to one cluster's API, as the lab's admin.

Only the lab uses this: a handful of objects, readiness and tokens, over one short connection each.
The operator's door to Kubernetes is holdfast.cluster.
"""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any

from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.ports import LOOPBACK

_TIMEOUT_SECONDS = 10.0
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and the decoded body (plain text where it is not JSON)."""

    status: int
    body: Any


class AdminCalls:
    """The admin of one cluster; every call may raise OSError while the server is not there."""

    def __init__(self, cluster: Cluster) -> None:
        self._port = cluster.ports.apiserver
        self._tls = ssl.create_default_context(cafile=str(cluster.authority))
        self._tls.load_cert_chain(cluster.keys / "admin.crt", cluster.keys / "admin.key")

    def get(self, path: str) -> Answer:
        """Read an object, a list or a health endpoint."""
        return self._call("GET", path)

    def answers(self, path: str) -> bool:
        """Whether the server is there and gives what is asked for."""
        try:
            return self.get(path).status == 200
        except OSError:
            return False

    def create(self, path: str, content: dict[str, Any]) -> Answer:
        """Post an object to its collection; 409 means that it is there already."""
        return self._call("POST", path, content)

    def _call(self, verb: str, path: str, content: dict[str, Any] | None = None) -> Answer:
        connection = http.client.HTTPSConnection(
            LOOPBACK, self._port, timeout=_TIMEOUT_SECONDS, context=self._tls
        )
        try:
            body = None if content is None else json.dumps(content)
            connection.request(verb, path, body, {"Content-Type": _JSON, "Accept": _JSON})
            answer = connection.getresponse()
            return Answer(answer.status, _decoded(answer.read()))
        except http.client.HTTPException as error:
            raise ConnectionError(f"{verb} {path}: {error!r}") from error
        finally:
            connection.close()


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
