"""`holdfast list`, `get`, `pools`, `promises`, `sites`: objects as the API server prints them, or as stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from holdfast.cli.looked import Everywhere, OutputForm, Several, Single
from holdfast.cli.printed import AS_TABLE, grid, table_of
from holdfast.cli.spaces import EVERY, looked_in, named
from holdfast.cli.unconnected import forbidden, plain_errors
from holdfast.cli.ways import Way, open_way
from holdfast.cli.written import say, show, yaml_of
from holdfast.cluster.transport.errors import Refused, Undecodable
from holdfast.cluster.transport.http import JSON, Request
from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    DATACENTER,
    ServedKind,
)
from holdfast.cluster.transport.paths import Path

STORED = (OutputForm.JSON, OutputForm.YAML)


def list_(asked: Several) -> None:
    """Print the reservations of a namespace, or of all."""
    with plain_errors():
        way = open_way(asked.kubeconfig, asked.context)

        def look(space: str) -> tuple[str, bytes]:
            return space, read(way, Path.of(CAPACITY_RESERVATION, space), asked.output)

        space, body = looked_in(asked.namespace, way.namespace, everywhere=asked.everywhere, look=look)
        write(CAPACITY_RESERVATION, body, asked.output, space)


def get(asked: Single) -> None:
    """Print one reservation."""
    with plain_errors():
        way = open_way(asked.kubeconfig, asked.context)
        space, name = named(asked.reservation, asked.namespace, way.namespace)
        body = read(way, Path.of(CAPACITY_RESERVATION, space, name), asked.output)
        write(CAPACITY_RESERVATION, body, asked.output, space)


def pools(asked: Everywhere) -> None:
    """Print every pool."""
    _whole(ACCELERATOR_POOL, asked)


def promises(asked: Everywhere) -> None:
    """Print every promise."""
    _whole(CAPACITY_PROMISE, asked)


def sites(asked: Everywhere) -> None:
    """Print every datacenter."""
    _whole(DATACENTER, asked)


def _whole(kind: ServedKind, asked: Everywhere) -> None:
    with plain_errors():
        way = open_way(asked.kubeconfig, asked.context)
        try:
            write(kind, read(way, Path.of(kind), asked.output), asked.output)
        except Refused as refused:
            if not forbidden(refused):
                raise
            say(
                f"{kind.plural} are for platform engineers to see; of your own, what you have reserved:",
                err=True,
            )
            list_(Several(output=asked.output, kubeconfig=asked.kubeconfig, context=asked.context))


def read(way: Way, path: Path, output: OutputForm) -> bytes:
    """The answer, as a table unless it is wanted as it is stored. Raises ClusterError."""
    return way.ask(Request("GET", str(path), accept=JSON if output in STORED else AS_TABLE)).body


def write(kind: ServedKind, body: bytes, output: OutputForm, space: str = EVERY) -> None:
    """The answer in the form that is wanted; `space` is the namespace it is of."""
    if output in STORED:
        document = _stored(body)
        say(json.dumps(document, indent=2)) if output is OutputForm.JSON else say(yaml_of(document), end="")
        return
    table = table_of(body)
    if output is OutputForm.NAME:
        for row in table.rows:
            say(f"{kind.kind.lower()}.{kind.group}/{row.name}")
    elif table.rows:
        show(grid(table, wide=output is OutputForm.WIDE, named=kind.namespaced and space == EVERY))
    else:
        say(f"no {kind.plural} in {space or 'this hub'}", err=True)


def _stored(body: bytes) -> Mapping[str, Any]:
    """A document without what only the server's own bookkeeping needs, as kubectl shows it."""
    try:
        document: dict[str, Any] = json.loads(body)
        for one in (document, *(document.get("items") or ())):
            one.get("metadata", {}).pop("managedFields", None)
    except (ValueError, AttributeError) as error:
        raise Undecodable(f"the server sent no document: {error}") from error
    return document
