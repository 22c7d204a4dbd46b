"""A real API server with the hub's or a site's manifests, and who asks it for what."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.documents import Document

from holdfast.api.kinds import KINDS
from holdfast_lab.control_plane.cluster import HUB, Cluster
from holdfast_lab.control_plane.command_lines import ISSUERS
from holdfast_lab.installation import MANIFESTS, install
from holdfast_lab.ports import LOOPBACK
from holdfast_lab.process_control.supervision import stop
from holdfast_lab.progress import Progress
from holdfast_lab.starting import start_missing_clusters
from holdfast_lab.state import RecordFile, StateFolder

OURS = "/apis/holdfast.dev/v1alpha1"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_PATIENCE_SECONDS = 30.0
_IDLE_SECONDS = 45.0
"""After which a connection is opened anew: the server ends one that is idle for 90."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the administrator speaks for; nobody: for himself."""

    user: str = ""
    groups: tuple[str, ...] = ()

    def headers(self) -> list[tuple[str, str]]:
        """The impersonation headers."""
        named = [("Impersonate-User", self.user)] if self.user else []
        return named + [("Impersonate-Group", group) for group in self.groups]


def service_account(namespace: str, name: str) -> Identity:
    """A service account as the API server knows it."""
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
    return Identity(f"system:serviceaccount:{namespace}:{name}", groups)


ADMIN = Identity()
PLANNER = service_account("holdfast-system", "planner")
SITE_AGENT = service_account("holdfast-system", "agent")
ENGINEER = Identity("ada", ("holdfast:platform-engineers", "system:authenticated"))
TENANT = Identity("mila", ("mistral", "system:authenticated"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: the HTTP status, the object or Status, the sentence of a refusal.

    `flow_schema` is the uid of the FlowSchema that took the request.
    """

    status: int
    document: Document
    flow_schema: str = ""

    @property
    def accepted(self) -> bool:
        """Whether it was done."""
        return self.status < 300

    @property
    def message(self) -> str:
        """Why not; empty where it was done."""
        return "" if self.accepted else str(self.document.get("message", ""))


class Server:
    """One cluster's API, asked over one connection that stays open."""

    def __init__(self, cluster: Cluster) -> None:
        tls = ssl.create_default_context(cafile=str(cluster.authority))
        tls.load_cert_chain(cluster.keys / "admin.crt", cluster.keys / "admin.key")
        self.cluster = cluster
        self._asked = time.monotonic()
        self._connection = http.client.HTTPSConnection(
            LOOPBACK, cluster.ports.apiserver, timeout=30, context=tls
        )

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def call(
        self,
        verb: str,
        path: str,
        body: Mapping[str, Any] | Sequence[Any] | None = None,
        who: Identity = ADMIN,
    ) -> Answer:
        """One request; writes are strict: an unknown field is an error. A PATCH merges, or is a list of steps."""
        if time.monotonic() - self._asked > _IDLE_SECONDS:
            self._connection.close()
        self._asked = time.monotonic()
        patch = "application/json-patch+json" if isinstance(body, list) else "application/merge-patch+json"
        kind = patch if verb == "PATCH" else "application/json"
        strict = f"{path}{'&' if '?' in path else '?'}fieldValidation=Strict"
        self._connection.putrequest(verb, path if verb in ("GET", "DELETE") else strict)
        content = b"" if body is None else json.dumps(body).encode()
        for name, value in [("Content-Type", kind), ("Content-Length", str(len(content))), *who.headers()]:
            self._connection.putheader(name, value)
        self._connection.endheaders(content)
        reply = self._connection.getresponse()
        took = reply.getheader("X-Kubernetes-PF-FlowSchema-UID", "")
        return Answer(reply.status, _read(reply.read()), took)

    def events(self, path: str) -> Iterator[Document]:
        """The events of a watch, until the server ends it; OSError where there is no server."""
        self._connection.timeout = None
        self._connection.request("GET", path)
        with contextlib.suppress(http.client.HTTPException):
            for line in self._connection.getresponse():
                yield json.loads(line)

    def create(self, document: Document, who: Identity = ADMIN, path: str = "") -> Answer:
        """Create an object; ours need no path."""
        return self.call("POST", path or collection(document), document, who)

    def replace(self, document: Document, sub: str = "", who: Identity = ADMIN) -> Answer:
        """Write an object of ours whole."""
        return self.call("PUT", address(document) + sub, document, who)

    def delete(self, document: Document, who: Identity = ADMIN) -> Answer:
        """Delete an object of ours."""
        return self.call("DELETE", address(document), who=who)


def _read(answer: bytes) -> Document:
    """An answer's document; of a path that no kind is served under the server speaks in plain text."""
    text = answer.decode()
    found: Document = json.loads(text) if text.startswith("{") else {"message": text}
    return found


def collection(document: Document) -> str:
    """The path of all objects like this one of ours."""
    kind, meta = document["kind"].lower(), document["metadata"]
    inside = f"/namespaces/{meta['namespace']}" if "namespace" in meta else ""
    return f"{OURS}{inside}/{kind}s" if not kind.endswith("y") else f"{OURS}{inside}/{kind[:-1]}ies"


def address(document: Document) -> str:
    """The path of one object of ours."""
    return f"{collection(document)}/{document['metadata']['name']}"


HUB_PARTS, SITE_PARTS = ("definitions", "hub"), ("site",)


@contextmanager
def serving(folder: Path, parts: Sequence[str] = HUB_PARTS, issuers: str = "") -> Iterator[Server]:
    """A cluster in a folder of its own, with these parts of the manifests (or other folders), until the block ends.

    `issuers` is an AuthenticationConfiguration: whose tokens it takes besides its own.
    """
    state = StateFolder.at(folder)
    state.create()
    if issuers:
        (state.clusters / HUB).mkdir(parents=True, exist_ok=True)
        (state.clusters / HUB / ISSUERS).write_text(issuers)
    start_missing_clusters(state, (), Progress())
    cluster = Cluster(HUB, state, RecordFile(state).read().clusters[HUB].ports)
    try:
        for part in parts:
            install(cluster, MANIFESTS / part)
        yield from _connected(cluster, Path(parts[-1]).name)
    finally:
        for group in RecordFile(state).read().stop_order():
            stop(group)


def _connected(cluster: Cluster, part: str) -> Iterator[Server]:
    server = Server(cluster)
    try:
        wait_until_in_force(server, part)
        yield server
    finally:
        server.close()


def wait_until_in_force(server: Server, part: str) -> None:
    """Until what was applied last, the hub's or a site's part, is served and refuses.

    A policy takes a moment to hold, and a kind whose definition has changed is answered for with 429 meanwhile.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _HOLDS[part](server):
        assert time.monotonic() < deadline, "the guards are not in force"
        time.sleep(0.1)


def _hub_holds(server: Server) -> bool:
    """Whether every kind can be listed, and definitions are kept."""
    lists = [f"{OURS}/{kind.definition.plural}" for kind in KINDS]
    kept = server.call("DELETE", f"{DEFINITIONS}/tenants.holdfast.dev?dryRun=All").status == 422
    return kept and all(server.call("GET", path).accepted for path in lists)


def _site_holds(server: Server) -> bool:
    """Whether the agent is held to tenants' namespaces, and a tenant's pods to each of the policies about them."""
    space = {"metadata": {"name": "trial", "labels": {"holdfast.dev/tenant": "trial"}}}
    server.call("POST", "/api/v1/namespaces", space, SITE_AGENT)
    trials: dict[str, Document] = {
        "must name its key": {"tolerations": [{"operator": "Exists"}]},
        "hostPID is refused": {"hostPID": True},
        "runAsUser: 0 is refused": {"securityContext": {**_CALM, "runAsUser": 0}},
    }
    stray = server.call("POST", "/api/v1/namespaces?dryRun=All", {"metadata": {"name": "stray"}}, SITE_AGENT)
    said = {why: _tried(server, {**_LAWFUL, **spec}) for why, spec in trials.items()}
    return stray.status == 422 and all(why in message for why, message in said.items())


CONFINED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
_CALM = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
_LAWFUL = {
    "securityContext": _CALM,
    "containers": [{"name": "a", "image": "a", "securityContext": CONFINED}],
    "nodeSelector": {"holdfast.node-restriction.kubernetes.io/tenant": "trial"},
}


def _tried(server: Server, spec: Document) -> str:
    """Why pods of this spec are refused to a tenant; by a template, which pod security admission does not judge."""
    labels = {"a": "b"}
    wanted = {"selector": labels, "template": {"metadata": {"labels": labels}, "spec": spec}}
    path = "/api/v1/namespaces/trial/replicationcontrollers?dryRun=All"
    return server.call("POST", path, {"metadata": {"name": "trial"}, "spec": wanted}).message


_HOLDS = {"hub": _hub_holds, "site": _site_holds}
