"""The identity of a process that runs for months: read again when its files change, and when it is refused.

Tokens, certificates and CA bundles are rotated in their files, tokens every hour. A kubeconfig that holds them is
itself rewritten. Files are compared by content, at most once a minute and on every 401; what changed becomes a new
client. Streams of the old one end by themselves. What cannot be read, or names another server, changes nothing: the
credential read before stays in use, and the log says why.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kubernetes.client import ApiClient, Configuration

LOOK_SECONDS = 60.0
"""How long a changed file may go unnoticed while nothing is refused; kubectl's own libraries wait as long."""

Tell = Callable[[str], None]
"""Takes one sentence for the log."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read once: the client's configuration, the files it came from, and who gave the credential."""

    configuration: Configuration
    files: tuple[str, ...]
    source: str


class Credentials:
    """The client to use now. Safe for threads; `monotonic` is in seconds."""

    def __init__(self, load: Callable[[], Loaded], monotonic: Callable[[], float], tell: Tell) -> None:
        self._load = load
        self._monotonic = monotonic
        self._tell = tell
        self._lock = threading.Lock()
        self._looked = monotonic()
        self._told: float | None = None
        self._take(load())

    def client(self) -> ApiClient:
        """The client for the next call; looks at the files where a minute has passed."""
        with self._lock:
            if self._monotonic() - self._looked >= LOOK_SECONDS:
                self._looked = self._monotonic()
                if _digests(self._loaded.files) != self._digests:
                    self._renew()
            return self._client

    def renewed(self, refused: ApiClient) -> ApiClient | None:
        """Another client than the one that was answered 401; None where the credential is the same as before."""
        with self._lock:
            if self._client is not refused:
                return self._client  # another call has read it again meanwhile
            self._looked = self._monotonic()
            return self._client if self._renew() else None

    def tell_refused(self) -> None:
        """Say that the credential is refused even though it was read again; once a minute."""
        with self._lock:
            now = self._monotonic()
            if self._told is None or now - self._told >= LOOK_SECONDS:
                self._told = now
                self._tell(
                    f"{self._loaded.configuration.host} answers 401 to the credential of {self._loaded.source}, "
                    "read again just now: nothing is read or written there until a valid one stands in it; "
                    "renew it, a restart is not needed"
                )

    def _renew(self) -> bool:
        """Read everything again; True where another credential is in use afterwards."""
        try:
            fresh = self._load()
        except (
            Exception
        ) as error:  # the client's own errors, YAML's, and the file system's: all mean "not now"
            self._tell(
                f"{self._loaded.source} cannot be read again, what was read before stays in use: {error}"
            )
            return False
        if objection := _objection(self._loaded.configuration, fresh.configuration):
            self._tell(f"{fresh.source} {objection}, so what was read before stays in use")
            return False
        before = (_token(self._loaded.configuration), self._digests)
        if before == (_token(fresh.configuration), _digests(fresh.files)):
            return False
        self._take(fresh)
        self._tell(f"{fresh.source} has changed: its credential is in use from now on")
        return True

    def _take(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._digests = _digests(loaded.files)
        self._client = ApiClient(loaded.configuration)


def _objection(before: Configuration, fresh: Configuration) -> str:
    """Why a configuration must not take the other's place; empty where it may."""
    if fresh.host != before.host:
        return f"now names the server {fresh.host} instead of {before.host}: restart to follow it"
    if not _token(fresh) and not fresh.cert_file and (_token(before) or before.cert_file):
        return "gives no credential any more: put a valid one there"
    return ""


def _token(configuration: Configuration) -> str:
    return configuration.api_key.get("BearerToken", "").strip()


def _digests(files: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(map(_digest, files))


def _digest(file: str) -> bytes:
    try:
        return hashlib.sha256(Path(file).read_bytes()).digest()
    except OSError:
        return b""
