"""The same for programs: what the pages' own scripts ask for, and /v1 for everybody else's."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec
from pydantic import TypeAdapter
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from holdfast.console.bar_columns import columns
from holdfast.console.desk import Desk
from holdfast.console.rights import Viewer
from holdfast.console.views import calendar
from holdfast.console.views.capacity import PoolCapacity, Reserved, capacities, reserved_of
from holdfast.console.views.in_view import InView

MOST_POOLS = 32
"""Pools of which one request may ask the bars."""
MOST_LISTED = 1_000
"""Reservations in one answer; the next are asked for with `continue`."""
_DIGITS = 10
"""A number that is as long is larger than any that matters, and is not read."""


def json_of(value: Any, status: int = 200) -> Response:
    """JSON as small as it can be."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


# --- for the pages ---------------------------------------------------------------------------------------------


def calendar_rows(desk: Desk, request: Request, _: Viewer, seen: InView) -> Response:
    """Every pool without its bars."""
    wanted = calendar.Filter(
        request.query_params.get("accelerator", ""), request.query_params.get("datacenter", "")
    )
    rows = [msgspec.to_builtins(row) for row in calendar.rows(seen, wanted)]
    return json_of({"now": seen.now, "version": desk.sight.version, "rows": rows})


def calendar_bars(desk: Desk, request: Request, _: Viewer, seen: InView) -> Response:
    """The bars of some pools, by pool, in columns."""
    asked = request.query_params.getlist("pool")[:MOST_POOLS]
    found = {pool: _columns_of(desk, seen, pool) for pool in asked}
    return Response(
        b"{" + b",".join(msgspec.json.encode(pool) + b":" + body for pool, body in found.items()) + b"}",
        media_type="application/json",
    )


def _columns_of(desk: Desk, seen: InView, pool: str) -> bytes:
    whole = seen.pools.get(pool) if seen.reach.fleet else None
    return desk.bars.of(whole) if whole is not None else columns(calendar.bars(seen, pool))


# --- /v1 -------------------------------------------------------------------------------------------------------


def capacity(_: Desk, request: Request, __: Viewer, seen: InView) -> Response:
    """PoolCapacity by name."""
    name = request.path_params.get("name")
    found = [one for one in capacities(seen) if name in (None, one.name)]
    if name is not None:
        return (
            json_of(camel(found[0]))
            if found
            else json_of({"message": f"no capacity is called {name!r:.80}"}, 404)
        )
    return json_of({"items": [camel(one) for one in found]})


def reservations(_: Desk, request: Request, __: Viewer, seen: InView) -> Response:
    """Reservations, by namespace and name, a page at a time."""
    after, text = request.query_params.get("continue", ""), request.query_params.get("limit", "")
    limit = int(text) if text.isdecimal() and len(text) < _DIGITS else MOST_LISTED
    limit = min(limit, MOST_LISTED) or MOST_LISTED
    found = [key for key in seen.named() if not after or key > tuple(after.split("/", 1))]
    last = found[limit - 1] if len(found) > limit else None
    token = {"continue": "/".join(last)} if last is not None else {}
    listed = [camel(reserved_of(seen.reservations[key])) for key in found[:limit]]
    return json_of({"items": listed, **token})


def camel(record: PoolCapacity | Reserved) -> dict[str, Any]:
    """A record in the spelling of the API."""
    return {to_camel(key): value for key, value in asdict(record).items()}


def openapi(_: Desk, __: Request, ___: Viewer, ____: InView) -> Response:
    """The description of /v1."""
    return json_of(description())


def description() -> dict[str, Any]:
    """OpenAPI 3.1 of /v1, made of the records themselves."""
    shapes = {kind.__name__: _schema(kind) for kind in (PoolCapacity, Reserved)}
    listed = ("limit", "continue")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Holdfast: capacity and reservations", "version": "v1"},
        "paths": {
            "/v1/capacity": {"get": _listing("PoolCapacity", "Every pool that you may read", ())},
            "/v1/capacity/{name}": {"get": _single("PoolCapacity", "One pool by name")},
            "/v1/reservations": {"get": _listing("Reserved", "Every reservation that you may read", listed)},
        },
        "components": {
            "schemas": shapes,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


def _schema(kind: type[Any]) -> dict[str, Any]:
    schema = TypeAdapter(kind).json_schema()
    schema["properties"] = {to_camel(key): value for key, value in schema["properties"].items()}
    schema["required"] = [to_camel(key) for key in schema["required"]]
    return schema


def _listing(shape: str, summary: str, parameters: tuple[str, ...]) -> dict[str, Any]:
    elements = {"type": "array", "items": {"$ref": f"#/components/schemas/{shape}"}}
    body = {"type": "object", "properties": {"items": elements, "continue": {"type": "string"}}}
    asked = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in parameters]
    return {"summary": summary, "parameters": asked, "responses": _responses(body)}


def _single(shape: str, summary: str) -> dict[str, Any]:
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    body = {"$ref": f"#/components/schemas/{shape}"}
    return {"summary": summary, "parameters": [name], "responses": _responses(body)}


def _responses(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "200": {"description": "As of now", "content": {"application/json": {"schema": body}}},
        "401": {"description": "No token, or one that the API server does not take"},
        "503": {"description": "The API server cannot say what you may see"},
    }
