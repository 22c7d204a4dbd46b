"""Whether what the hub holds is still what this stack put there. Pure.

    known to the stack     in the hub                   drift
    uid, generation        no such object               it is gone: its hardware is counted nowhere
                           another uid                  somebody made it anew: its ledger began again
                           a later generation           somebody changed its spec
    not known yet          anything                     none: this run publishes it

An unchanged `up` compares inputs with inputs, so it sees none of this; the program asks the hub instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REMEDY = "look at `pulumi preview --refresh`, then run `pulumi up --refresh`, which publishes it as declared"


def drift(metadata: Mapping[str, Any], live: Mapping[str, Any] | None) -> str:
    """What became of a published object since this stack last wrote it; empty if nothing did.

    metadata: as the stack last saw it, or as declared if it was never published.
    """
    uid = metadata.get("uid")
    if not isinstance(uid, str):
        return ""
    if live is None:
        return "is gone from the hub"
    found = live.get("metadata") or {}
    if found.get("uid") != uid:
        return "was deleted from the hub and made anew by somebody else"
    known, now = _generation(metadata), _generation(found)
    if known and now > known:
        return f"was changed in the hub by somebody else (generation {now}, this stack wrote {known})"
    return ""


def _generation(metadata: Mapping[str, Any]) -> int:
    value = metadata.get("generation")
    return int(value) if isinstance(value, int | float) else 0
