"""The console as an ASGI application: which address is which page, and who is let to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from holdfast.cluster.transport.errors import ClusterError
from holdfast.console import entrance, feeds, live, pages, renewing, signing_in
from holdfast.console.desk import Desk
from holdfast.console.doorkeeper import Doorkeeper
from holdfast.console.rendering import STATIC, page
from holdfast.console.rights import Viewer
from holdfast.console.sign_in.client import SignIn
from holdfast.console.sign_in.registration import RETURN
from holdfast.console.views.in_view import InView

Shown = Callable[[Desk, Request, Viewer, InView], Response]
SignsIn = Callable[[Desk, SignIn, Request], Awaitable[Response]]
PAGES: tuple[tuple[str, Shown], ...] = (
    ("/", pages.show_calendar),
    ("/floor", pages.show_floor),
    ("/floor/{pool}", pages.show_block),
    ("/reservations", pages.show_reservations),
    ("/reservations/{namespace}/{name}", pages.show_reservation),
    ("/when", pages.show_when),
    ("/on-call", pages.show_on_call),
)
FEEDS: tuple[tuple[str, Shown], ...] = (
    ("/data/calendar", feeds.calendar_rows),
    ("/data/bars", feeds.calendar_bars),
    ("/v1/capacity", feeds.capacity),
    ("/v1/capacity/{name}", feeds.capacity),
    ("/v1/reservations", feeds.reservations),
    ("/v1/openapi.json", feeds.openapi),
)
MOST_COMPRESSED = 6
"""gzip's own middle: more costs time and saves little."""


def application(desk: Desk) -> Starlette:
    """The application of one console."""
    shown = [Route(path, _page(desk, show)) for path, show in PAGES]
    fed = [Route(path, _feed(desk, feed)) for path, feed in FEEDS]
    own = [
        Route("/live", _bound(desk, live.live)),
        Route("/enter", _bound(desk, entrance.enter)),
        Route("/enter", _bound(desk, entrance.show_token), methods=["POST"]),
        Route("/leave", _bound(desk, entrance.leave), methods=["POST"]),
        Route("/healthz", lambda _: PlainTextResponse("ok\n")),
        Route("/readyz", _readiness(desk)),
        Mount("/static", StaticFiles(directory=STATIC)),
        *(_sign_in(desk, desk.sign_in) if desk.sign_in is not None else ()),
    ]
    hosts, origins = desk.settings.hosts(desk.port), desk.settings.origins(desk.port)
    middleware = [
        Middleware(Doorkeeper, hosts=hosts, origins=origins, secure=desk.settings.secure),
        Middleware(GZipMiddleware, minimum_size=500, compresslevel=MOST_COMPRESSED),
    ]
    return Starlette(routes=[*shown, *fed, *own], middleware=middleware)


def _page(desk: Desk, show: Shown) -> Callable[[Request], Response]:
    """A page for viewers: who has no session goes to the door, and a hub that cannot say who may see is told so."""

    def answer(request: Request) -> Response:
        try:
            viewer = desk.viewer(request)
            if viewer is None:
                return RedirectResponse(renewing.door_address(desk, request), 303)
            return show(desk, request, viewer, desk.seen(viewer))
        except ClusterError:
            return page(desk, request, None, "blind.html", status=503)

    return answer


def _feed(desk: Desk, feed: Shown) -> Callable[[Request], Response]:
    """The same for programs."""

    def answer(request: Request) -> Response:
        try:
            viewer = desk.viewer(request)
            if viewer is None:
                return feeds.json_of({"message": "show a token that the API server takes"}, 401)
            return feed(desk, request, viewer, desk.seen(viewer))
        except ClusterError as error:
            return feeds.json_of({"message": f"nobody can say what you may see: {error}"}, 503)

    return answer


def _sign_in(desk: Desk, parts: SignIn) -> list[Route]:
    """The addresses of signing in at an issuer."""

    def bound(handle: SignsIn) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await handle(desk, parts, request)

        return answer

    return [
        Route("/sign-in", bound(signing_in.begin)),
        Route(RETURN, bound(signing_in.finish)),
        Route("/renew", bound(renewing.renew), methods=["GET", "POST"]),
    ]


def _bound(
    desk: Desk, handle: Callable[[Desk, Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await handle(desk, request)

    return answer


def _readiness(desk: Desk) -> Callable[[Request], Response]:
    def answer(_: Request) -> Response:
        return PlainTextResponse("ok\n") if desk.sight.synced else PlainTextResponse("no\n", 503)

    return answer
