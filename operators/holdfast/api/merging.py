"""How lists and maps merge when several writers apply: as a whole, as a set, or by a key.

An atomic map carries no managed fields per key, which halves the cost of writing a ledger.
"""

from __future__ import annotations

from pydantic.config import JsonDict

ATOMIC_MAP: JsonDict = {"x-kubernetes-map-type": "atomic"}
ATOMIC_LIST: JsonDict = {"x-kubernetes-list-type": "atomic"}
SET: JsonDict = {"x-kubernetes-list-type": "set"}


def by_key(key: str) -> JsonDict:
    """A list whose elements are told apart by the field `key`, which no two of them share."""
    return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [key]}
