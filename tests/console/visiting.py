"""People who visit a console over real HTTP, as a browser would and as it would not."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOST = "console.example:8099"
ORIGIN = f"http://{HOST}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the console said."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """As text."""
        return self.body.decode()

    def json(self) -> Any:
        """As JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a port of this machine; `headers` go with every request."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, body: str = "", **headers: str) -> Answer:
        """Send a form, from the console's own page where no other is said."""
        return self._ask("POST", path, body, {"origin": ORIGIN, **headers})

    def with_cookie(self, answer: Answer) -> Visitor:
        """The same with the cookie that was given."""
        return Visitor(self.port, {**self.headers, "cookie": answer.headers["set-cookie"].partition(";")[0]})

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        said = {name.replace("_", "-"): value for name, value in headers.items() if value}
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            way.request(method, path, body, {"host": HOST, **self.headers, **said})
            reply = way.getresponse()
            told = [(name.lower(), value) for name, value in reply.getheaders()]
            set_now = (value.partition(";")[0].partition("=") for name, value in told if name == "set-cookie")
            return Answer(reply.status, dict(told), reply.read(), {one: value for one, _, value in set_now})
        finally:
            way.close()


def holder_of(port: int, token: str) -> Visitor:
    """Somebody who shows a token with each request; nobody without one."""
    return Visitor(port, {"authorization": f"Bearer {token}"} if token else {})
