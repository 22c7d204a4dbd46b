"""What a console process is told when it starts. Times are seconds; a port of 0 takes any free one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from holdfast.console.sign_in.registration import Registration, is_guarded

LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Settings of one console.

    Without `public` it is one person's, on loopback: it sees what their kubeconfig may see. With `public`, the address
    under which people reach it, everybody shows a token of their own. `key_file` holds the key that signs sessions, for
    replicas to share; without one a new key is made, and sessions end with the process. `session_seconds` is how long
    one lasts. `docs` is where the pages under docs/ are published, for links to them. `registration` is what it is at
    the issuer at which people sign in; without one they show a token.
    """

    kubeconfig: str | None = None
    context: str | None = None
    host: str = "127.0.0.1"
    port: int = 8099
    public: str = ""
    key_file: str = ""
    session_seconds: int = 3_600
    docs: str = ""
    namespace: str = ""
    registration: Registration | None = None

    def __post_init__(self) -> None:
        """Refuses what would open the console to whom it is not meant for, and an address that is none."""
        if not self.public and self.host not in LOOPBACK:
            raise ValueError(
                f"--listen {self.host}:{self.port}: without --public a console shows what your own kubeconfig may see, "
                "so it listens on 127.0.0.1 only; give --public URL to serve others, each with a token of their own"
            )
        named = urlsplit(self.public)
        if self.public and (
            named.scheme not in ("http", "https") or not named.hostname or named.path.strip("/")
        ):
            raise ValueError(
                f"--public {self.public}: not an address people could open; for example https://console.example.com"
            )
        if self.registration is not None and not is_guarded(self.public):
            raise ValueError(
                f"--oidc-issuer {self.registration.issuer} with --public {self.public or '(none)'}: an issuer sends "
                "people back to an address that it knows, by TLS; give --public https://... with it"
            )

    @property
    def secure(self) -> bool:
        """Whether people reach it by TLS, so that its cookie never travels without."""
        return self.public.startswith("https://")

    def hosts(self, port: int) -> frozenset[str]:
        """What a request's Host may say, for the port that is listened on."""
        if self.public:
            return frozenset({urlsplit(self.public).netloc})
        return frozenset(f"{name}:{port}" for name in LOOPBACK)

    def origins(self, port: int) -> frozenset[str]:
        """What a request's Origin may say."""
        if self.public:
            return frozenset({self.public.rstrip("/")})
        return frozenset(f"http://{name}:{port}" for name in LOOPBACK)
