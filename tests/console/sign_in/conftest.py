"""A console that people sign in to at an issuer, and windows of theirs with a cookie jar each."""

from __future__ import annotations

import dataclasses
import http.client
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.console import world
from tests.console.conftest import KEY, served
from tests.console.hub_server import HubServer
from tests.console.sign_in.issuer_server import CLIENT, SECRET, IssuerServer, Says
from tests.console.visiting import Answer, Visitor

from holdfast.console.desk import Desk
from holdfast.console.settings import ConsoleSettings
from holdfast.console.sign_in.client import SignIn
from holdfast.console.sign_in.registration import Registration

PUBLIC = "https://console.example"
SESSION, RENEWAL, FLOWS = "__Host-holdfast", "__Host-holdfast-renewal", "__Host-holdfast-flows"


@pytest.fixture(scope="module")
def issuer(hub: HubServer) -> Iterator[IssuerServer]:
    """At which mila and ada sign in."""
    people = {name.removeprefix("token-of-"): person for name, person in world.PEOPLE.items()}
    server = IssuerServer(hub, people)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def as_ever(issuer: IssuerServer) -> Iterator[None]:
    """Each test begins with an issuer that says the truth."""
    yield
    issuer.says, issuer.hub.why = Says(), ""
    issuer.refresh_tokens.clear()


@pytest.fixture(scope="module")
def console(
    issuer: IssuerServer,
    opened: Callable[[ConsoleSettings], Desk],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Desk, int]]:
    """The console and its port."""
    secret: Path = tmp_path_factory.mktemp("client") / "secret"
    secret.write_text(f"{SECRET}\n")
    scopes = "openid email groups offline_access"
    ours = Registration(issuer.address, CLIENT, str(secret), scopes=scopes)
    desk = opened(ConsoleSettings(public=PUBLIC, registration=ours))
    issuer.now = lambda: desk.sight.now
    parts = SignIn.of(ours, PUBLIC, KEY, lambda: desk.sight.now, time.monotonic)
    with served(dataclasses.replace(desk, sign_in=parts)) as port:
        yield dataclasses.replace(desk, sign_in=parts), port


@dataclass
class Window:
    """A browser at the console, by real HTTP; it keeps cookies and follows nothing."""

    port: int
    issuer: IssuerServer
    jar: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self._told(self._visitor.get(path, **headers))

    def post(self, path: str, body: str = "", **headers: str) -> Answer:
        """Send a form, or a call of the page's own."""
        return self._told(self._visitor.post(path, body, **{"origin": PUBLIC, **headers}))

    def asked(self, onward: str = "/") -> str:
        """Press "Sign in": where the issuer asks."""
        return self.get(f"/sign-in?next={onward}").headers["location"]

    def sign_in(self, person: str, onward: str = "/") -> Answer:
        """Sign in there and come back."""
        code, state = self.issuer.code_for(self.asked(onward), person)
        return self.get(f"/signed-in?code={code}&state={state}")

    def heard(self, path: str, word: str) -> str:
        """What a stream says until a word."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        way.request("GET", path, None, {"host": PUBLIC.removeprefix("https://"), "cookie": cookie})
        reply, told = way.getresponse(), ""
        try:
            while word not in told:
                told += reply.readline().decode()
        finally:
            way.close()
        return told

    @property
    def _visitor(self) -> Visitor:
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return Visitor(
            self.port, {"host": PUBLIC.removeprefix("https://"), **({"cookie": cookie} if cookie else {})}
        )

    def _told(self, answer: Answer) -> Answer:
        for name, value in answer.cookies.items():
            self.jar[name] = value
            if value in ("", '""'):
                del self.jar[name]
        return answer


@pytest.fixture
def window(console: tuple[Desk, int], issuer: IssuerServer) -> Window:
    """A browser that nobody has signed in with."""
    return Window(console[1], issuer)
