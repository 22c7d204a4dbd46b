"""What the API server itself prints of a kind: its columns are those of the kind's definition, as kubectl shows them.

So the command and kubectl never differ, and nothing of our records need be loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.cli.cells import Grid
from holdfast.cluster.transport.errors import Undecodable

AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


@dataclass(frozen=True, slots=True)
class Row:
    """One object: whose it is and what is shown of it, a cell a column."""

    namespace: str
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServedTable:
    """A Table as the server sent it; `priorities` are 0 for what is always shown. In a watch columns come once."""

    heads: tuple[str, ...]
    priorities: tuple[int, ...]
    rows: tuple[Row, ...]


def table_of(body: bytes) -> ServedTable:
    """The Table in a reply. Raises Undecodable where the server has sent something else."""
    try:
        return served_table(json.loads(body))
    except ValueError as error:
        raise Undecodable(f"the server sent no table: {error}") from error


def served_table(document: Any) -> ServedTable:
    """The Table that a document is. Raises Undecodable where it is none."""
    try:
        return _read(document)
    except (ValueError, KeyError, TypeError) as error:
        raise Undecodable(f"the server sent no table: {error}") from error


def _read(document: Mapping[str, Any]) -> ServedTable:
    if document["kind"] != "Table":
        raise ValueError(f"it sent a {document['kind']}; is there something else between it and you?")
    columns = document.get("columnDefinitions") or ()
    return ServedTable(
        heads=tuple(str(one["name"]).upper() for one in columns),
        priorities=tuple(int(one.get("priority", 0)) for one in columns),
        rows=tuple(_rows(document.get("rows") or ())),
    )


def _rows(rows: Any) -> Iterator[Row]:
    for row in rows:
        meta = row["object"]["metadata"]
        yield Row(str(meta.get("namespace", "")), str(meta["name"]), tuple(map(_cell, row["cells"])))


def _cell(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def grid(table: ServedTable, *, wide: bool, named: bool) -> Grid:
    """The columns for people, with those of `wide`; `named` puts the namespace in front."""
    kept = [place for place, priority in enumerate(table.priorities) if wide or priority == 0]
    heads = tuple(table.heads[place] for place in kept)
    rows = tuple((row.namespace, tuple(row.cells[place] for place in kept)) for row in table.rows)
    if named:
        return Grid("", ("NAMESPACE", *heads), tuple((space, *cells) for space, cells in rows))
    return Grid("", heads, tuple(cells for _, cells in rows))
