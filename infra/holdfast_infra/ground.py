"""What other things stand on, and whether it is being replaced while something on it is deleted.

    step of the engine                             order
    network, cluster or published pool replaced    deletes what stands on it, then it, then makes it anew, then answers
    unit no longer declared, destroy               deletes after everything that is declared was answered

Hardware is deleted before it is replaced (guarded.py), so what is deleted while the engine still owes an answer for its
ground goes only because its ground is replaced. A hook is not told so: it sees a deletion in both cases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

import pulumi


class Ground:
    """The ground of one run: resources in the order in which they are registered, until they are answered."""

    def __init__(self) -> None:
        self._awaited: dict[tuple[str, str], frozenset[str]] = {}

    def bears(self, ground: Iterable[pulumi.Resource], pools: Collection[str] = ()) -> None:
        """Remember what units of these pools, of all without any, stand on."""
        for each in ground:
            self.await_answer(each.pulumi_resource_type, each.pulumi_resource_name, pools)
            each.urn.apply(partial(self._answered, each))

    def await_answer(self, kind: str, name: str, pools: Collection[str] = ()) -> None:
        """Remember one piece of ground that the engine has not answered for."""
        self._awaited[kind, name] = frozenset(pools)

    def answer(self, kind: str, name: str) -> None:
        """It stands: kept, changed in place or made."""
        self._awaited.pop((kind, name), None)

    def moving(self, kind: str, name: str, pool: str = "") -> str:
        """What is being replaced, if this deletion is part of that: itself or the lowest thing below it; else empty.

        pool: of the unit that is deleted, empty for anything else.
        """
        if (kind, name) in self._awaited:
            return name
        below = (each for (_, each), pools in self._awaited.items() if not pools or pool in pools)
        return next(below, "")

    def _answered(self, each: pulumi.Resource, _urn: str) -> None:
        self.answer(each.pulumi_resource_type, each.pulumi_resource_name)
