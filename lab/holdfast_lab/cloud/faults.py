"""Misbehaviour on demand: stock-outs, partial deliveries, slow operations, slices that fail, hang or lie.

Targets are names of GKE node pools; `*` and `?` match as in a shell. Failed hosts are not here: they are an
annotation of the Node (hosts.py), which the cluster's simulated kubelet reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from holdfast_lab.cloud.store import Store

What = Literal["stock-out", "partial", "slow", "slice-fail", "slice-hang", "slice-lie"]
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Fault:
    """One wish; `amount` is nodes for partial, seconds for slow, else 0."""

    what: What
    target: str
    amount: float = 0


class Faults:
    """The faults in force."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def set(self, fault: Fault) -> None:
        """Put a fault in force; replaces one of the same kind and target."""
        with self._store.connection() as rows:
            rows.execute("REPLACE INTO faults VALUES (?, ?, ?)", (fault.what, fault.target, fault.amount))

    def clear(self, what: str = "", target: str = "") -> int:
        """Lift faults: all, those of one kind, or one; returns how many there were."""
        with self._store.connection() as rows:
            return rows.execute(
                "DELETE FROM faults WHERE (? IN ('', what)) AND (? IN ('', target))", (what, target)
            ).rowcount

    def all(self) -> list[Fault]:
        """Every fault in force."""
        with self._store.connection() as rows:
            return [Fault(*row) for row in rows.execute("SELECT * FROM faults ORDER BY what, target")]

    def hitting(self, what: What, name: str) -> Fault | None:
        """The fault of this kind that meets this name."""
        return next(
            (each for each in self.all() if each.what == what and fnmatchcase(name, each.target)), None
        )
