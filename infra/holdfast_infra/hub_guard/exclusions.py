"""Which times a cluster's maintenance exclusions no longer keep free of upgrades, and whom that would hit. Pure.

An exclusion keeps GKE from upgrading nodes in a span; without an end it lasts until the end of the version's support.
What counts is their union, so one that is split, renamed or joined with another opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.hardware.instants import seconds_of, text_of
from holdfast_infra.hub_guard.ledger import Backed, Refusal, UnreadablePool, listed, read_ledger
from holdfast_infra.hub_guard.supply import FAR, Object

Span = tuple[int, int]
"""From when until when, epoch seconds; FAR is never."""
_KEEP_NODES = ("NO_UPGRADES", "NO_MINOR_OR_NODE_UPGRADES")
"""Scopes in which nodes are not upgraded: ClusterMaintenancePolicyMaintenanceExclusionExclusionOptionsArgs.scope."""


def opened(old: Sequence[Object], new: Sequence[Object]) -> tuple[Span, ...]:
    """Spans in which nodes were kept by the old exclusions and are not by the new ones, in order of time.

    Raises KeyError, TypeError, AttributeError or ValueError for exclusions of another shape.
    """
    left = _joined(_kept(old))
    for start, end in _joined(_kept(new)):
        left = [piece for span in left for piece in _without(span, start, end)]
    return tuple(left)


def may_open(pools: Iterable[Object], spans: Sequence[Span]) -> Refusal | None:
    """None if no promise of these pools runs in one of these spans, else the first pool in which one does."""
    try:
        ledgers = sorted((read_ledger(pool) for pool in pools), key=lambda each: each.pool)
    except UnreadablePool as error:
        return Refusal(f"a pool in the hub cannot be read ({error})", "bring infra and hub to one version")
    for ledger in ledgers if spans else ():
        hit = [str(each) for each in ledger.promises if _runs_in(each, ledger.now, spans)]
        if hit:
            times = listed([f"{text_of(start)} to {_ending(end)}" for start, end in spans])
            return Refusal(
                f"{times} would be open for upgrades, in which pool {ledger.pool} backs {listed(hit)}",
                "open a time in which nothing is promised, or wait until its tenant has moved or cancelled it",
            )
    return None


def _runs_in(promise: Backed, now: int, spans: Iterable[Span]) -> bool:
    """Whether what is left of a promise meets one of these spans."""
    return any(max(promise.start, now) < end and start < promise.end for start, end in spans)


def _kept(exclusions: Iterable[Object]) -> list[Span]:
    return [
        (seconds_of(each["startTime"]), seconds_of(each["endTime"]) if each.get("endTime") else FAR)
        for each in exclusions
        if (each.get("exclusionOptions") or {}).get("scope") in _KEEP_NODES
    ]


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _without(span: Span, start: int, end: int) -> list[Span]:
    first, last = span
    pieces = [(first, min(last, start)), (max(first, end), last)]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _ending(end: int) -> str:
    return "the end of support" if end == FAR else text_of(end)
