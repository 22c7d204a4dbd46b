"""What was found of a restored hub, in sentences: what is in the way, with what ends it, and what is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.backup.found import Comparison, Stranger, Surplus
from holdfast.hardware.names import GRANT_ANNOTATION, RECALL_ANNOTATION_PREFIX, RESTORED_ANNOTATION


def in_the_way(seen: Comparison, take_back: bool) -> Iterator[str]:
    """Why the hub goes on resting; nothing if it may be let go. `take_back`: a person takes strangers' units back."""
    for name in seen.unheard:
        yield f"pool {name}: its agent has not reported since the restore; connect it (docs/backup.md)"
    for name in seen.stale:
        yield (
            f"pool {name}: its agent has not reported since the restore: spec.restored of its PoolReport is not the "
            f"pool's {RESTORED_ANNOTATION}, so what was given after the backup is not in it; connect the agent, and "
            f"upgrade it if it is connected, for an older one never says the mark back (docs/backup.md)"
        )
    for one in seen.strangers:
        if not (take_back and one.free):
            yield f"unit {one.pool}/{one.unit} {one.wrong}; {_remedy(one)}"
    yield from map(_too_many, seen.surplus)


def kept(seen: Comparison) -> Iterator[str]:
    """What was given after the backup and stays where it is."""
    for one in seen.adoptions:
        yield (
            f"unit {one.pool}/{one.unit}: {one.reservation} got it by grant {one.grant}, after the backup; it keeps it"
        )
    for back in seen.returns:
        yield (
            f"unit {back.pool}/{back.unit}: {back.reservation} has it by grant {back.grant} beyond its count, and "
            f"{back.why}; it goes back"
        )


def _too_many(one: Surplus) -> str:
    return (
        f"pool {one.pool}: with what it got after the backup {one.reservation} has {one.beyond} more than the "
        f"{one.due} units that it is promised now ({', '.join(one.units)}), and the hub would take the newest away, "
        f"whoever runs on it; agree with its tenant which goes, then kubectl annotate acceleratorpool {one.pool} "
        f"{RECALL_ANNOTATION_PREFIX}UNIT=YOU"
    )


def _remedy(one: Stranger) -> str:
    if one.free:
        return "agree with its tenant, then --take-back ends its pods"
    return f"once no pod runs on it, take the annotation {GRANT_ANNOTATION} off its nodes"
