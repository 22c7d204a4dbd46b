"""A real issuer beside a real API server: dex, from its Go module, with people and clients of its own, on loopback."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
import yaml

from holdfast_lab.certificates import Subject, create_authority, issue
from holdfast_lab.ports import free_ports
from holdfast_lab.release_tools import tool
from holdfast_lab.testing import eventually

PASSWORD = "correct horse"
PASSWORD_HASH = "$2b$10$ZaQt7L9PUVAHGi4Nx8j4ZeKrNnb48wphdIqb/U0Nfe51wbKYXi4/2"
SECRET = "of-the-console"
TOKENS_LAST = 40
"""Seconds: so that a test sees the end of one."""


@dataclass
class Dex:
    """One issuer; `groups` are of its people, by the name before the @, `clients` addresses to go back to, by id."""

    folder: Path
    groups: Mapping[str, Sequence[str]]
    clients: Mapping[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """A port and keys; nothing runs yet."""
        (self.port,) = free_ports(1)
        now = datetime.now(UTC)  # noqa: TID251 - certificates of this very run
        authority = create_authority("dex authority", now)
        pair = issue(authority, Subject("dex", hosts=("localhost",)), now)
        for name, content in (
            ("ca.crt", authority.certificate),
            ("dex.crt", pair.certificate),
            ("dex.key", pair.key),
        ):
            (self.folder / name).write_bytes(content)
        (self.folder / "secret").write_text(SECRET)
        (self.folder / "dex.yaml").write_text(yaml.safe_dump(self._settings()))

    @property
    def _authority(self) -> str:
        return str(self.folder / "ca.crt")

    @property
    def address(self) -> str:
        """Its name: of another site than the console's 127.0.0.1."""
        return f"https://localhost:{self.port}/dex"

    def options(self, client: str) -> list[str]:
        """How `holdfast console` is told of it."""
        return [
            f"--oidc-issuer={self.address}", f"--oidc-client-id={client}", f"--oidc-ca-file={self._authority}",
            f"--oidc-secret-file={self.folder / 'secret'}",
            "--oidc-scopes=openid email profile groups offline_access",
        ]  # fmt: skip

    def trusted(self, *clients: str) -> str:
        """What an API server is told, so that it takes its tokens for these clients."""
        mappings = {
            name: {"claim": claim, "prefix": "oidc:"}
            for name, claim in (("username", "email"), ("groups", "groups"))
        }
        authority = Path(self._authority).read_text()
        found = {"url": self.address, "audiences": list(clients), "certificateAuthority": authority}
        if len(clients) > 1:
            found["audienceMatchPolicy"] = "MatchAny"
        kind = {"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthenticationConfiguration"}
        return json.dumps({**kind, "jwt": [{"issuer": found, "claimMappings": mappings}]})

    def start(self) -> None:
        """Serve, with signing keys that are new: it keeps them in memory alone."""
        with (self.folder / "dex.log").open("ab") as log:
            argv = [str(tool("dex")), "serve", str(self.folder / "dex.yaml")]
            self.process = subprocess.Popen(argv, stdout=log, stderr=log)
        eventually(self._answers)

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def _answers(self) -> bool:
        try:
            return requests.get(
                f"{self.address}/.well-known/openid-configuration", timeout=5, verify=self._authority
            ).ok
        except requests.RequestException:
            return False

    def _settings(self) -> object:
        people = [
            {"email": f"{name}@example.com", "username": name, "userID": f"id-of-{name}", "hash": PASSWORD_HASH,
             "groups": list(groups)} for name, groups in self.groups.items()
        ]  # fmt: skip
        clients = [
            {"id": name, "name": name, "secret": SECRET, "redirectURIs": [f"{address}/signed-in"]}
            for name, address in self.clients.items()
        ]
        web = {
            "https": f"127.0.0.1:{self.port}",
            "tlsCert": str(self.folder / "dex.crt"),
            "tlsKey": str(self.folder / "dex.key"),
        }
        return {
            "issuer": self.address, "storage": {"type": "memory"}, "web": web, "staticClients": clients,
            "enablePasswordDB": True, "staticPasswords": people, "oauth2": {"skipApprovalScreen": True},
            "expiry": {"idTokens": f"{TOKENS_LAST}s"},
        }  # fmt: skip
