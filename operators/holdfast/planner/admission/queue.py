"""Who is decided in this turn: those for whom something has changed, within a budget, tenants in turn.

An answer stands while its ask, the pools of its type, its tenant's promises and contract are the very same records and
no instant has come at which time alone changes something (`wake.py`). All others are decided, the oldest first. Where
they are more than the budget, each tenant gets its share of the turn, and of one tenant's whoever was decided longest
ago; the rest keep their last answer and are decided in the turns that follow at once. So a thousand impossible asks of
one tenant delay another's single one by one turn at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice, zip_longest

from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import PromiseState
from holdfast.planner.state.sameness import very_same
from holdfast.planner.state.snapshot import Reservation, Snapshot
from holdfast.planner.state.steps import Hold, Stamp, Standing

NOTHING: Stamp = ()


def due(board: Board) -> list[Reservation]:
    """The reservations to decide now, the oldest first; the answers of all others are on the board."""
    board.stamps = _stamps(board.snapshot)
    waiting = [one for one in _open(board) if not _stands(board, one)]
    budget = board.snapshot.policy.decisions
    chosen = waiting if budget is None else list(islice(_in_turn(board, waiting), budget))
    later = {one.uid for one in waiting} - {one.uid for one in chosen}
    board.decided, board.unfinished = len(chosen), bool(later)
    for uid in sorted(later & board.snapshot.recall.answers.keys()):
        board.stand(uid, replace(board.snapshot.recall.answers[uid], until=0))
    return sorted(chosen, key=_age)


def note(board: Board, reservation: Reservation, hold: Hold | None) -> None:
    """The answer just given: it stands until something it rests on changes."""
    turn = board.snapshot.recall.turn + 1
    stamps = _stamps_for(board, reservation)
    board.stand(reservation.uid, Standing(hold, _spec(board, reservation), stamps, None, turn))


def _open(board: Board) -> Iterator[Reservation]:
    for uid, reservation in board.snapshot.reservations.items():
        if uid not in board.frozen and uid not in board.writes and not _served(board, reservation):
            yield reservation


def _served(board: Board, reservation: Reservation) -> bool:
    """Whether what is in force is the whole of what is asked for: so it is with most, in most turns."""
    promise = board.promise(reservation.uid)
    if promise is None or promise.state is not PromiseState.COMMITTED:
        return False
    return promise.generation >= reservation.generation and promise.slices >= reservation.count


def _stands(board: Board, reservation: Reservation) -> bool:
    """Whether the last answer still holds; then it is on the board."""
    recall = board.snapshot.recall
    standing = recall.answers.get(reservation.uid)
    if standing is None or recall.left_alone != board.snapshot.refused.keys():
        return False
    if not standing.stands(_spec(board, reservation), _stamps_for(board, reservation), board.now):
        return False
    board.stand(reservation.uid, standing)
    return True


def _spec(board: Board, reservation: Reservation) -> Stamp:
    """What is asked by whom; not the status that stands there, which is no part of the question."""
    tenant = board.snapshot.tenants.get(reservation.tenant or "")
    contract = NOTHING if tenant is None else (tenant.chips, tenant.horizon)
    return (replace(reservation, status=None), contract)


def _stamps_for(board: Board, reservation: Reservation) -> tuple[Stamp, ...]:
    keys = (("pools", reservation.accelerator), ("promises", reservation.tenant or ""))
    return tuple(board.stamps.get(key, NOTHING) for key in keys)


def _stamps(snapshot: Snapshot) -> dict[tuple[str, str], Stamp]:
    """The pools of each type and the promises of each tenant; the very tuples of the last turn where unchanged."""
    found: dict[tuple[str, str], list[object]] = {}
    for name in sorted(snapshot.pools):
        found.setdefault(("pools", snapshot.pools[name].accelerator), []).append(snapshot.pools[name])
    for uid in sorted(snapshot.promises):
        found.setdefault(("promises", snapshot.promises[uid].tenant), []).append(snapshot.promises[uid])
    known = snapshot.recall.stamps
    return {
        key: known[key] if very_same(known.get(key, NOTHING), records) else tuple(records)
        for key, records in found.items()
    }


def _in_turn(board: Board, waiting: Iterable[Reservation]) -> Iterator[Reservation]:
    """One of each tenant, then a second of each, and so on; of one tenant's those decided longest ago first."""
    answers = board.snapshot.recall.answers

    def since(one: Reservation) -> tuple[int, tuple[int, str, str]]:
        standing = answers.get(one.uid)
        return (standing.turn if standing is not None else -1, _age(one))

    tenants: dict[str, list[Reservation]] = {}
    for one in sorted(waiting, key=since):
        tenants.setdefault(one.tenant or one.namespace, []).append(one)
    rounds = chain.from_iterable(zip_longest(*tenants.values()))
    return (one for one in rounds if one is not None)


def _age(reservation: Reservation) -> tuple[int, str, str]:
    return (reservation.created, reservation.label, reservation.uid)
