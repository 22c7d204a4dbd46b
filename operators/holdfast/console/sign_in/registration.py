"""What the console is registered as at its issuer, as whoever runs it says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

RETURN = "/signed-in"
"""Where the issuer sends people back to, below the console's public address."""
SCOPES = "openid email profile"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Registration:
    """One client of one issuer.

    `issuer` is its address, to the letter as its own metadata and the API server have it. Without `secret_file` the
    client is a public one. `ca_file` holds the authorities its certificate is checked with; without one, the system's.
    `scopes` are separated by spaces; `offline_access` among them is how most issuers are asked for a refresh token.
    """

    issuer: str
    client_id: str
    secret_file: str = ""
    ca_file: str = ""
    scopes: str = SCOPES

    def __post_init__(self) -> None:
        """Refuses what no issuer could answer, and files that cannot be read: ValueError."""
        named = urlsplit(self.issuer)
        if not is_guarded(self.issuer) or named.query or named.fragment:
            raise ValueError(
                f"--oidc-issuer {self.issuer}: not the address of an issuer, whose tokens travel by TLS; for example "
                "https://dex.example.com"
            )
        if not self.client_id:
            raise ValueError(
                f"--oidc-issuer {self.issuer} without --oidc-client-id: the issuer would not know who asks; register "
                "the console there and give the id"
            )
        if "openid" not in self.scopes.split():
            raise ValueError(
                f"--oidc-scopes {self.scopes!r}: without openid among them an issuer gives no id token, and nobody "
                f"could sign in; for example {SCOPES!r}"
            )
        self.secret()
        if self.ca_file:
            _text("--oidc-ca-file", self.ca_file)

    def secret(self) -> str:
        """The client's secret as the file says now, so that one that is rotated needs no restart. Raises ValueError."""
        return _text("--oidc-secret-file", self.secret_file) if self.secret_file else ""

    @property
    def host(self) -> str:
        """What people call the issuer."""
        return urlsplit(self.issuer).netloc


def is_guarded(address: str) -> bool:
    """Whether what is sent there stays between the two: by TLS, or on this machine."""
    named = urlsplit(address)
    return bool(named.hostname) and (
        named.scheme == "https" or (named.scheme == "http" and named.hostname in LOOPBACK)
    )


def _text(option: str, file: str) -> str:
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{option} {file}: cannot be read, so nobody could sign in ({error})") from error
    if not text:
        raise ValueError(f"{option} {file}: is empty, so nobody could sign in; fill it, or name no file")
    return text
