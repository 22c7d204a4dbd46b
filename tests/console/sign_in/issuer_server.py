"""An issuer over real HTTP that a test can make say anything; what a real one says is asked of dex (test_dex.py).

It keeps the rules that guard a code: good once, for one client, one address to go back to and one verifier (RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey
from tests.console.hub_server import HubServer
from tests.documents import Document

CLIENT, SECRET = "holdfast-console", "s3cret"
KEY = OctKey.import_key(b"i" * 32)
HOUR = 3_600
METADATA = "/.well-known/openid-configuration"


@dataclass
class Asked:
    """A flow as the issuer saw it begin."""

    query: dict[str, str]
    person: str


@dataclass
class Says:
    """What a test makes it say otherwise: `answer` is the token endpoint's, whole; `taken` whether the hub takes it."""

    claims: Document = field(default_factory=dict)
    metadata: Document = field(default_factory=dict)
    answer: tuple[int, Any] | None = None
    taken: bool = True
    lasts: int = HOUR
    refreshes: bool = True
    away: bool = False


class IssuerServer:
    """An issuer whose tokens the hub of the tests takes. `people` are usernames to what a TokenReview says of them."""

    def __init__(self, hub: HubServer, people: dict[str, Document]) -> None:
        self.hub, self.people, self.says = hub, people, Says()
        self.now: Callable[[], float] = lambda: hub.now
        self.codes: dict[str, Asked] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Visitor,), {"issuer": self}))
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    @property
    def address(self) -> str:
        """Its name."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def code_for(self, question: str, person: str) -> tuple[str, str]:
        """A person signs in at the address they were sent to: the code, and the state it goes back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(question).query).items()}
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = Asked(query, person)
        return code, query["state"]

    # --- what a client asks --------------------------------------------------------------------------------------

    def metadata(self) -> Document:
        """What it says of itself."""
        found = {"issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
                 "token_endpoint": f"{self.address}/token", "revocation_endpoint": f"{self.address}/revoke",
                 "end_session_endpoint": f"{self.address}/over"}  # fmt: skip
        return {**found, **self.says.metadata}

    def tokens(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """The token endpoint."""
        if self.says.answer is not None:
            return self.says.answer
        if _client_of(authorization) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "refresh_token":
            person = self.refresh_tokens.pop(form["refresh_token"], "")
            return (200, self._given(person, "")) if person else (400, {"error": "invalid_grant"})
        asked = self.codes.pop(form["code"], None)
        if asked is None or not _belongs(form, asked.query):
            return 400, {"error": "invalid_grant", "error_description": "the code is not good"}
        return 200, self._given(asked.person, asked.query["nonce"])

    def _given(self, person: str, nonce: str) -> Document:
        now = int(self.now())
        claims = {"iss": self.address, "aud": CLIENT, "sub": f"id-of-{person}", "iat": now, "jti": secrets.token_hex(4),
                  "exp": now + self.says.lasts, **({"nonce": nonce} if nonce else {}), **self.says.claims}  # fmt: skip
        token = jwt.encode({"alg": "HS256"}, claims, KEY)
        if self.says.taken:
            self.hub.people[token] = self.people[person]
        given = {"access_token": "opaque", "token_type": "Bearer", "id_token": token}
        if self.says.refreshes:
            self.refresh_tokens[f"refresh-{claims['jti']}"] = person
            given["refresh_token"] = f"refresh-{claims['jti']}"
        return given


def _client_of(authorization: str) -> tuple[str, str]:
    """Client id and secret of HTTP Basic (RFC 6749, 2.3.1)."""
    name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    return unquote_plus(name), unquote_plus(secret)


def _belongs(form: dict[str, str], asked: dict[str, str]) -> bool:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
    proven = challenge.rstrip(b"=").decode() == asked["code_challenge"]
    return proven and form["redirect_uri"] == asked["redirect_uri"]


class Visitor(BaseHTTPRequestHandler):
    """One connection; `issuer` is whose."""

    issuer: IssuerServer

    def do_GET(self) -> None:
        self.issuer.asked.append(self.path)
        if not self.issuer.says.away:
            self._answer(200 if self.path == METADATA else 404, self.issuer.metadata())

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.issuer.says.away:
            return
        form = {name: values[0] for name, values in parse_qs(text).items()}
        self.issuer.asked.append(self.path)
        if self.path == "/revoke":
            self.issuer.refresh_tokens.pop(form["token"], None)
            self._answer(200, {})
        else:
            self._answer(*self.issuer.tokens(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, said: Any) -> None:
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """A visit is not worth a line."""
