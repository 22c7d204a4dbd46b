"""What the cloud holds: one sqlite file, safe for several plugin processes at once.

    objects  everything that was created, by identity
    faults   misbehaviour a person asked for

Every call opens its own short connection; sqlite's write lock makes a check and its write one step.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from holdfast_lab.cloud.kinds import kind_of, last_segment
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain, at

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, urn TEXT NOT NULL, status TEXT NOT NULL,
    inputs TEXT NOT NULL, outputs TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS faults (
    what TEXT NOT NULL, target TEXT NOT NULL, amount REAL NOT NULL, PRIMARY KEY (what, target)
) STRICT;
"""

_EVERY = "SELECT * FROM objects ORDER BY id"
_OF_KIND = "SELECT * FROM objects WHERE kind = ? ORDER BY id"
_BY_ID = "SELECT * FROM objects WHERE id = ?"


@dataclass(frozen=True, slots=True)
class CloudObject:
    """One thing the cloud holds."""

    id: str
    kind: str
    name: str
    urn: str
    status: str
    inputs: Plain
    outputs: Plain


class Store:
    """The rows of one lab."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with self.connection() as rows:
            rows.executescript(_SCHEMA)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """One transaction; committed if nothing was raised in it."""
        rows = sqlite3.connect(self.folder / "cloud.sqlite", timeout=30, isolation_level="IMMEDIATE")
        try:
            rows.execute("PRAGMA journal_mode=WAL")
            with rows:
                yield rows
        finally:
            rows.close()

    def insert(self, added: CloudObject) -> None:
        """Add an object; refuses a second one of the same identity."""
        with self.connection() as rows:
            if rows.execute("SELECT 1 FROM objects WHERE id = ?", (added.id,)).fetchone():
                raise Refusal(f"googleapi: Error 409: Already exists: {added.id}., alreadyExists")
            rows.execute("INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)", _row(added))

    def change(self, identity: str, **fields: Any) -> CloudObject:
        """Write some fields of an object anew."""
        changed = replace(self.require(identity), **fields)
        with self.connection() as rows:
            rows.execute("REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)", _row(changed))
        return changed

    def remove(self, identity: str) -> None:
        """Forget an object."""
        with self.connection() as rows:
            rows.execute("DELETE FROM objects WHERE id = ?", (identity,))

    def find(self, identity: str) -> CloudObject | None:
        """The object of an identity."""
        return next(iter(self._objects(_BY_ID, identity)), None)

    def require(self, identity: str) -> CloudObject:
        """The object of an identity; refuses one that is not there."""
        found = self.find(identity)
        if found is None:
            raise Refusal(f"googleapi: Error 404: Not found: {identity}., notFound")
        return found

    def all(self, kind: str = "") -> list[CloudObject]:
        """Every object, or those of one kind, by identity."""
        return self._objects(_OF_KIND, kind) if kind else self._objects(_EVERY)

    def users_of(self, used: CloudObject) -> list[CloudObject]:
        """Objects whose inputs name this one in a property that means its kind."""
        return [each for each in self.all() if _uses(each, used)]

    def _objects(self, query: str, *values: str) -> list[CloudObject]:
        with self.connection() as rows:
            found = rows.execute(query, values).fetchall()
        return [_object(*row) for row in found]


def _object(*row: str) -> CloudObject:
    identity, kind, name, urn, status, inputs, outputs = row
    return CloudObject(identity, kind, name, urn, status, json.loads(inputs), json.loads(outputs))


def _row(each: CloudObject) -> tuple[str, ...]:
    texts = json.dumps(each.inputs), json.dumps(each.outputs)
    return each.id, each.kind, each.name, each.urn, each.status, *texts


def _uses(user: CloudObject, used: CloudObject) -> bool:
    named = (at(user.inputs, place) for place, kind in kind_of(user.kind).uses.items() if kind == used.kind)
    return any(isinstance(name, str) and last_segment(name) == used.name for name in named)
