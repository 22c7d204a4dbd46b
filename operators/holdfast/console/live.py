"""Server-sent events: a page hears within a second that something has changed, and asks again for what it shows.

change   something at the hub, or in the viewer's rights, is another: ask again
sight    since when the hub has not answered (epoch seconds), or null while it does; and the hub's time
renew    the session ends soon, and can be made longer by asking for /renew
over     the session has ended
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from holdfast.cluster.transport.errors import ClusterError
from holdfast.console.desk import Desk
from holdfast.console.feeds import json_of
from holdfast.console.rights import Viewer
from holdfast.console.views.in_view import Reach

TICK_SECONDS = 0.25
"""Most often that one page is told of changes."""
TICKS_BETWEEN = 20
"""Ticks between two looks at rights and sight."""
RENEWED_BEFORE_SECONDS = 30
"""How long before its end a session is made longer: time for an issuer that is slow."""
MOST_STREAMS = 500
"""Pages that are told at once; more are asked to look again later."""


async def live(desk: Desk, request: Request) -> Response:
    """The stream of one page."""
    viewer = await run_in_threadpool(desk.viewer, request)
    if viewer is None:
        return json_of({"message": "your session is over"}, 401)
    if desk.streams.open >= MOST_STREAMS:
        return json_of(
            {"message": f"{MOST_STREAMS} pages are told of changes already: look again later"}, 503
        )
    renewable = await run_in_threadpool(_renewable, desk, request, viewer)
    return StreamingResponse(
        _told(desk, viewer, renewable), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _told(desk: Desk, viewer: Viewer, renewable: bool) -> AsyncIterator[str]:
    desk.streams.open += 1
    try:
        version, reach, tick = desk.sight.version, None, 0
        while not desk.stop.is_set():
            if tick % TICKS_BETWEEN == 0:
                if _over(desk, viewer):
                    yield _event("over", None)
                    return
                if renewable and _over(desk, viewer, RENEWED_BEFORE_SECONDS):
                    yield _event("renew", None)
                yield _event("sight", {"blind": desk.sight.blind_since, "now": _now(desk)})
                before, reach = reach, await run_in_threadpool(_reach, desk, viewer, reach)
                if before is not None and reach != before:
                    yield _event("change", desk.sight.version)
            if desk.sight.version != version:
                version = desk.sight.version
                yield _event("change", version)
            tick += 1
            await asyncio.sleep(TICK_SECONDS)
    finally:
        desk.streams.open -= 1


def _over(desk: Desk, viewer: Viewer, ahead: int = 0) -> bool:
    """Whether the session is over so many seconds from now."""
    now = _now(desk)
    return now is not None and viewer.until <= now + ahead


def _renewable(desk: Desk, request: Request, viewer: Viewer) -> bool:
    """Whether the browser holds what makes this session longer."""
    cookie = request.cookies.get(desk.renewal_cookie, "")
    if desk.sign_in is None or not cookie:
        return False
    with suppress(ClusterError):
        renewal = desk.sign_in.renewals.open(cookie)
        return renewal is not None and renewal.until > viewer.until
    return False


def _now(desk: Desk) -> int | None:
    with suppress(ClusterError):
        return desk.sight.now
    return None


def _reach(desk: Desk, viewer: Viewer, before: Reach | None) -> Reach | None:
    """How far the viewer sees now; as before while nobody can say."""
    with suppress(ClusterError):
        return desk.rights.reach(viewer, desk.sight.namespaces)
    return before


def _event(name: str, said: object) -> str:
    return f"event: {name}\ndata: {json.dumps(said)}\n\n"
