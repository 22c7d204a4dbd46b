"""What a request must be before anybody looks at it, and what every answer carries: pure ASGI, asked for each request.

A page of another site can make a browser send requests here. It cannot forge Host, Origin or Sec-Fetch-Site: so a
request by a name that is not ours, and one that another site has made, end here. Opening a page by a link is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    )
)  # fmt: skip
"""Content security: nothing inline, nothing from elsewhere, no frame."""
CARRIED = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with none at all a form of our own would come from Origin "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
PROBES = ("/healthz", "/readyz")
SAFE = ("GET", "HEAD")
MISDIRECTED = 421
KEPT = "public, max-age=31536000, immutable"
"""A static file's address changes with its content (rendering.asset)."""


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """`hosts` are what Host may say, `origins` what Origin may say."""

    app: ASGIApp
    hosts: frozenset[str]
    origins: frozenset[str]
    secure: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it through, or answer why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, why = self._objection(scope["method"], scope["path"], Headers(scope=scope))
        app = PlainTextResponse(why, status) if status else self.app
        await app(scope, receive, self._carrying(scope, send))

    def _objection(self, method: str, path: str, headers: Headers) -> tuple[int, str]:
        host, origin = headers.get("host", ""), headers.get("origin", "")
        if host not in self.hosts and path not in PROBES:
            return (
                MISDIRECTED,
                f"this console is not reached as {host!r:.80}: open it by the address it was given\n",
            )
        if origin and origin not in self.origins:
            return 403, f"a page of {origin!r:.80} has made this request: nothing was done\n"
        if method not in SAFE and not origin:
            return (
                403,
                "a request that is no reading must say by Origin which page has made it: nothing was done\n",
            )
        elsewhere = headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
        if elsewhere and (method not in SAFE or headers.get("sec-fetch-mode") != "navigate"):
            return 403, "a page of another site has made this request: nothing was done\n"
        return 0, ""

    def _carrying(self, scope: Scope, send: Send) -> Send:
        async def carry(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in CARRIED.items():
                    headers[name] = value
                if self.secure:
                    headers["strict-transport-security"] = "max-age=31536000"
                headers["cache-control"] = _keeping(scope, message["status"])
            await send(message)

        return carry


def _keeping(scope: Scope, status: int) -> str:
    """How long an answer may be kept: pages not at all, static files for ever under an address with their digest."""
    if not scope["path"].startswith("/static/") or status not in (200, 304):
        return "no-store"
    return KEPT if scope["query_string"].startswith(b"v=") else "no-cache"
