"""Which queries are answered in this turn: reservations go first, tenants take turns, and a storm is told so.

A query is answered once; then it stands as it is until it is deleted. Each turn answers at least one, and otherwise as
many as reservations have left of the budget, so that queries delay no reservation by more than one budget. What lies
beyond the queries that one tenant may have waiting is answered at once and without planning: that there are too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest

from holdfast.api.reasons import Reason
from holdfast.planner.admission.case import case_of
from holdfast.planner.availability.offering import answer_to
from holdfast.planner.state.board import Board
from holdfast.planner.state.faults import worded
from holdfast.planner.state.ledger import FAR
from holdfast.planner.state.snapshot import Query, Snapshot
from holdfast.planner.state.steps import Hold, QueryAnswer

FAULTY = Hold(Reason.FROZEN, "the planner fails on this query; a platform engineer reads the operator's log")


def answered(board: Board) -> dict[str, QueryAnswer]:
    """The answers of this turn by query uid, given on the board as this turn has left it."""
    rows = _by_tenant(query for query in board.snapshot.queries.values() if query.answered_at is None)
    most = board.snapshot.policy.queries_waiting
    chosen = list(islice(_in_turn(row[:most] for row in rows), _room(board)))
    told = {query.ask.uid: _answer(board, query) for query in sorted(chosen, key=_alike)}
    board.decided += len(chosen)
    board.unfinished |= len(chosen) < sum(len(row[:most]) for row in rows)
    storm = _storm(most)
    return told | {query.ask.uid: storm for row in rows for query in row[most:]}


def expired(snapshot: Snapshot) -> tuple[str, ...]:
    """The uids of queries whose answers have stood long enough."""
    return tuple(sorted(uid for uid, query in snapshot.queries.items() if query.expires <= snapshot.now))


def next_expiry(snapshot: Snapshot) -> int | None:
    """When the next query is to go, after now."""
    later = (query.expires for query in snapshot.queries.values() if query.expires > snapshot.now)
    return min((expires for expires in later if expires < FAR), default=None)


def _room(board: Board) -> int:
    """How many queries this turn answers."""
    policy = board.snapshot.policy
    left = policy.queries if policy.decisions is None else policy.decisions - board.decided
    return max(1, min(left, policy.queries))


def _by_tenant(queries: Iterable[Query]) -> list[list[Query]]:
    """The queries of each tenant, the oldest first."""
    rows: dict[str, list[Query]] = {}
    for query in sorted(queries, key=lambda one: (one.ask.created, one.ask.label, one.ask.uid)):
        rows.setdefault(query.ask.tenant or query.ask.namespace, []).append(query)
    return list(rows.values())


def _in_turn(rows: Iterable[list[Query]]) -> Iterator[Query]:
    """One of each tenant, then a second of each, and so on."""
    return (one for one in chain.from_iterable(zip_longest(*rows)) if one is not None)


def _alike(query: Query) -> tuple[str, int]:
    """Queries for as long follow one another: what pools have left for windows of a length is worked out once."""
    window = query.ask.window
    return query.ask.accelerator, window.duration or (window.end or 0) - (window.start or query.ask.created)


def _answer(board: Board, query: Query) -> QueryAnswer:
    """Plan it; a fault stays with the one query that caused it."""
    try:
        return answer_to(case_of(board, query.ask), query.kind, query.offers)
    except Exception as fault:
        board.freeze(query.ask.uid, f"planning query {query.ask.label} fails with {worded(fault)}; report it")
        return QueryAnswer(hold=FAULTY)


def _storm(most: int) -> QueryAnswer:
    message = f"more than {most} queries of the tenant wait; this one was not planned: ask again once they are answered"
    return QueryAnswer(hold=Hold(Reason.TOO_MANY_QUERIES, message))
