"""What every page is made with: the hub as it is seen, rights, sessions, planner, templates; and who is asking."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field

from starlette.requests import Request

from holdfast.cluster.reviews import Person
from holdfast.console.bar_columns import BarCache
from holdfast.console.planning import Planning
from holdfast.console.rights import Rights, Viewer
from holdfast.console.sessions import Sessions
from holdfast.console.settings import ConsoleSettings
from holdfast.console.sight import Sight
from holdfast.console.sign_in.client import SignIn
from holdfast.console.views.in_view import InView

BEARER = "Bearer "


class OneTimeToken:
    """The word in the printed address: whoever shows it first is the person at this terminal."""

    def __init__(self) -> None:
        self.word = secrets.token_urlsafe(24)
        self._lock = threading.Lock()
        self._used = False

    def take(self, shown: str) -> bool:
        """Whether this is the word, shown for the first time."""
        with self._lock:
            good = not self._used and secrets.compare_digest(shown.encode(), self.word.encode())
            self._used = self._used or good
        return good


class Streams:
    """How many pages are told of changes now."""

    def __init__(self) -> None:
        self.open = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of a running console. `port` is the one it listens on; `sign_in` is there where people sign in at an
    issuer; `stop` is set when it ends."""

    settings: ConsoleSettings
    sight: Sight
    rights: Rights
    sessions: Sessions
    port: int
    sign_in: SignIn | None = None
    planning: Planning = field(default_factory=Planning)
    bars: BarCache = field(default_factory=BarCache)
    streams: Streams = field(default_factory=Streams)
    token: OneTimeToken = field(default_factory=OneTimeToken)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def cookie(self) -> str:
        """The name of its cookie: bound to the host by TLS, or told apart by port on one machine."""
        return "__Host-holdfast" if self.settings.secure else f"holdfast-{self.port}"

    @property
    def flows_cookie(self) -> str:
        """The name of the cookie with the sign-ins that are under way."""
        return f"{self.cookie}-flows"

    @property
    def renewal_cookie(self) -> str:
        """The name of the cookie with the sealed refresh token."""
        return f"{self.cookie}-renewal"

    def viewer(self, request: Request) -> Viewer | None:
        """Who is asking: by a bearer token where each has one of their own, else by a session. Raises ClusterError."""
        header = request.headers.get("authorization", "")
        if self.settings.public and header.startswith(BEARER):
            person = self.person(header.removeprefix(BEARER))
            return None if person is None else Viewer(self.sight.now + self.settings.session_seconds, person)
        cookie = request.cookies.get(self.cookie)
        return self.sessions.read(cookie) if cookie else None

    def person(self, token: str) -> Person | None:
        """Whose token it is, as the API server says. Raises ClusterError."""
        token = token.strip()
        return self.rights.person_of(token) if token else None

    def seen(self, viewer: Viewer) -> InView:
        """What the viewer may see now. Raises ClusterError where nobody can say what that is."""
        return self.sight.seen(self.rights.reach(viewer, self.sight.namespaces))
