"""The issuer, asked by Authlib: its metadata, a code for tokens, a refresh token for newer ones, an end to it.

Raises IssuerAway where it does not answer, or not as an issuer does: later it may.
       IssuerRefused where it answers no, with its own word (RFC 6749, 4.1.2.1 and 5.2) and sentence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import requests
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from holdfast.console.sign_in.flows import Flow
from holdfast.console.sign_in.registration import RETURN, Registration, is_guarded

PATIENCE_SECONDS = (3.0, 8.0)
"""To connect, and between two parts of an answer: a person is waiting."""
KEPT_SECONDS = 600.0
"""How long its metadata are good for, once somebody is there: who is sent there is sent by new ones."""
NOTHING_GIVEN = "no_id_token"
POST_BODY = "client_secret_post"


class IssuerAway(Exception):
    """It does not answer as an issuer does; the message says what it did instead."""


class IssuerRefused(Exception):
    """It said no. `word` is its error, `said` its own sentence about it; both are foreign text."""

    def __init__(self, word: str, said: str = "") -> None:
        super().__init__(f"{word}: {said}")
        self.word = word
        self.said = said


class IssuerMetadata(msgspec.Struct, frozen=True):
    """What an issuer says of itself (OpenID Connect Discovery 1.0, 3; RP-Initiated Logout 1.0, 2.1; RFC 8414, 2)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str = ""
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an issuer gave: an id token, and perhaps a refresh token. None of it is ever logged."""

    id_token: str
    refresh_token: str = ""


class Issuer:
    """One issuer, seen by one registered client. `public` is the console's address; `monotonic` is in seconds."""

    def __init__(self, registration: Registration, public: str, monotonic: Callable[[], float]) -> None:
        self.registration = registration
        self._return = public.rstrip("/") + RETURN
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: tuple[float, IssuerMetadata] | None = None

    def metadata(self, oldest: float = KEPT_SECONDS) -> IssuerMetadata:
        """What it says of itself, at most so many seconds old."""
        at = self._monotonic()
        with self._lock:
            known = self._known
        if known is not None and at - known[0] < oldest:
            return known[1]
        found = self._discovered()
        with self._lock:
            self._known = (at, found)
        return found

    def question(self, flow: Flow) -> str:
        """Where a person answers this flow; looked up anew, so that nobody is sent to one that is away."""
        address = self.metadata(oldest=0).authorization_endpoint
        with self._session() as session:
            asked, _ = session.create_authorization_url(
                address, state=flow.state, code_verifier=flow.verifier, nonce=flow.nonce
            )
            return str(asked)

    def exchange(self, code: str, verifier: str) -> Tokens:
        """The tokens for a code, which is good once."""
        address = self.metadata().token_endpoint
        with self._session() as session:
            return _tokens(
                session.fetch_token(
                    address, grant_type="authorization_code", code=code, code_verifier=verifier,
                    **self._sent,
                )
            )  # fmt: skip

    def renew(self, refresh_token: str) -> Tokens:
        """Newer tokens; the refresh token among them is the one to keep from now on."""
        address = self.metadata().token_endpoint
        with self._session() as session:
            return _tokens(session.refresh_token(address, refresh_token=refresh_token, **self._sent))

    def revoke(self, refresh_token: str) -> None:
        """Let it forget a refresh token, where it has a place for that (RFC 7009)."""
        address = self.metadata().revocation_endpoint
        if address:
            with self._session() as session:
                session.revoke_token(address, refresh_token, "refresh_token", **self._sent)

    def farewell(self) -> str:
        """Where people sign out of the issuer itself; empty where it has no such page."""
        address = self.metadata().end_session_endpoint
        asked = [("client_id", self.registration.client_id)]
        return str(add_params_to_uri(address, asked)) if is_guarded(address) else ""

    def _discovered(self) -> IssuerMetadata:
        wanted = self.registration.issuer
        address = wanted.rstrip("/") + "/.well-known/openid-configuration"
        with self._session() as session:
            answer = session.request("GET", address, withhold_token=True, **self._sent)
            answer.raise_for_status()
            found = msgspec.json.decode(answer.content, type=IssuerMetadata)
        if found.issuer != wanted:
            raise IssuerAway(f"{address} is of the issuer {found.issuer!r:.200}, and not of {wanted!r}")
        for one in (found.authorization_endpoint, found.token_endpoint):
            if not is_guarded(one):
                raise IssuerAway(f"{address} names {one!r:.200}, which is not reached by TLS")
        return found

    @property
    def _sent(self) -> dict[str, Any]:
        """How each call is sent. Said each time: of a session's own authorities requests thinks less than of the
        environment's."""
        return {"verify": self.registration.ca_file or True, "allow_redirects": False}

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """A session of Authlib's for one call; what goes wrong in it is one of our two errors."""
        ours = self.registration
        known = self._known[1].token_endpoint_auth_methods_supported if self._known else ()
        method = POST_BODY if POST_BODY in known and "client_secret_basic" not in known else None
        try:
            secret = ours.secret()
            session = OAuth2Session(
                ours.client_id, secret, token_endpoint_auth_method=method if secret else None, scope=ours.scopes,
                redirect_uri=self._return, code_challenge_method="S256", default_timeout=PATIENCE_SECONDS,
            )  # fmt: skip
            with session:
                yield session
        except OAuthError as error:
            raise IssuerRefused(str(error.error), str(error.description or "")) from error
        except (requests.RequestException, msgspec.MsgspecError, ValueError, OSError) as error:
            raise IssuerAway(f"{ours.issuer}: {error}") from error


def _tokens(given: Any) -> Tokens:
    id_token, refresh_token = given.get("id_token"), given.get("refresh_token")
    if not isinstance(id_token, str) or not id_token:
        raise IssuerRefused(NOTHING_GIVEN, "its answer holds no id token")
    return Tokens(id_token, refresh_token if isinstance(refresh_token, str) else "")
