"""Who is decided in this turn: those for whom something has changed, within a budget, tenants in turn.

An answer stands while its ask, the pools of its type, its tenant's promises and contract are what they were and no
instant has come at which time alone changes something (`wake.py`). All others are decided, the oldest first. Where
they are more than the budget, each tenant gets its share of the turn, and of one tenant's whoever was decided longest
ago; the rest keep their last answer and are decided in the turns that follow at once. So a thousand impossible asks of
one tenant delay another's single one by one turn at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from holdfast.planner.state.board import Board
from holdfast.planner.state.fairness import in_turn, tenant_of
from holdfast.planner.state.ledger import PromiseState
from holdfast.planner.state.recall import Standing, Subject
from holdfast.planner.state.snapshot import Reservation
from holdfast.planner.state.steps import Hold
from holdfast.planner.wake import next_of, of_ask, of_returns


def due(board: Board) -> list[Reservation]:
    """The reservations to decide now, the oldest first; the answers of all others are on the board."""
    board.waiting = _waiting(board)
    asks = (
        board.known.reservations[uid] for uid in board.waiting - board.frozen.keys() - board.writes.keys()
    )
    moved = board.news.moved | _played(board)
    waiting = [one for one in asks if not _stands(board, one, moved)]
    budget = board.snapshot.policy.decisions
    chosen = waiting if budget is None else list(islice(_in_turn(board, waiting), budget))
    later = {one.uid for one in waiting} - {one.uid for one in chosen}
    board.decided, board.unfinished = len(chosen), bool(later)
    for uid in sorted(later):
        _keep_last(board, uid)
    return _longest_ago_first(board, sorted(chosen, key=_age))


def put_off(board: Board, reservation: Reservation) -> None:
    """Leave one whose turn it was to the next turn, after all: until then it keeps the answer it had."""
    board.decided, board.unfinished = board.decided - 1, True
    board.put_off.add(tenant_of(reservation))
    _keep_last(board, reservation.uid)


def _keep_last(board: Board, uid: str) -> None:
    """Its last answer, if there is one, stands until the next turn."""
    if uid in board.recalled.answers:
        board.stand(uid, replace(board.recalled.answers[uid], until=0))


def note(board: Board, reservation: Reservation, hold: Hold | None) -> None:
    """The answer just given: it stands until something it rests on changes."""
    tenant = board.snapshot.tenants.get(reservation.tenant or "")
    instants = of_ask(reservation, tenant, hold, board.snapshot.policy)
    late = of_returns(reservation, _returns(board, reservation.accelerator))
    own = next_of(chain(instants, late), board.now)
    board.stand(reservation.uid, Standing(hold, reservation, board.recalled.turn + 1, own))


def _returns(board: Board, accelerator: str) -> set[int]:
    """In how many seconds from now, always, units of a type are back that nobody has a date for."""
    sheets = (sheet for sheet in board.sheets.values() if sheet.pool.accelerator == accelerator)
    return {one.after for sheet in sheets for one in sheet.worked_out().moving}


def _waiting(board: Board) -> frozenset[str]:
    """Who has less than it asks for: looked at anew where the ask or its promise is another.

    News of everything names what there is and not what is gone, so nobody is remembered then.
    """
    news, asks = board.news, board.known.reservations
    new = news.asks | news.promised
    before = frozenset[str]() if news.everything else board.recalled.waiting - new
    return before | {uid for uid in new if uid in asks and not _served(board, asks[uid])}


def _served(board: Board, reservation: Reservation) -> bool:
    """Whether what is in force is the whole of what is asked for: so it is with most, in most turns."""
    promise = board.promise(reservation.uid)
    if promise is None or promise.state is not PromiseState.COMMITTED:
        return False
    return promise.generation >= reservation.generation and promise.slices >= promise.requested_slices


def _played(board: Board) -> set[Subject]:
    """The types of pools in which this very turn has taken a step already."""
    return {("pools", sheet.pool.accelerator) for sheet in board.sheets.values() if sheet.played}


def _stands(board: Board, reservation: Reservation, moved: Set[Subject]) -> bool:
    """Whether the last answer still holds; then it is on the board."""
    standing = board.recalled.answers.get(reservation.uid)
    if standing is None or board.news.everything or not standing.stands(reservation, board.now):
        return False
    rests_on = ("pools", reservation.accelerator), ("tenant", reservation.tenant or "")
    if any(one in moved or board.recalled.moved.get(one, 0) > standing.turn for one in rests_on):
        return False
    board.stand(reservation.uid, standing)
    return True


def _in_turn(board: Board, waiting: Iterable[Reservation]) -> Iterator[Reservation]:
    """Tenants in turn; of one tenant's those decided longest ago first."""
    return in_turn(sorted(waiting, key=partial(_since, board)))


def _longest_ago_first(board: Board, oldest_first: list[Reservation]) -> list[Reservation]:
    """The same, but of a tenant some of whose asks were put off those decided longest ago, in the places of its asks.

    Else the oldest of its asks, if it is as hard as that, would take its whole share in every turn, and others of its
    own would never be answered.
    """
    if not board.recalled.put_off:
        return oldest_first  # so it is in nearly all turns
    rows = {
        tenant: iter(sorted(filter(partial(_is_of, tenant), oldest_first), key=partial(_since, board)))
        for tenant in board.recalled.put_off
    }
    return [next(rows.get(tenant_of(one), iter((one,)))) for one in oldest_first]


def _is_of(tenant: str, one: Reservation) -> bool:
    return tenant_of(one) == tenant


def _since(board: Board, one: Reservation) -> tuple[int, tuple[int, str, str]]:
    """In which turn it was answered last, those never answered first; then its age."""
    standing = board.recalled.answers.get(one.uid)
    return (standing.turn if standing is not None else -1, _age(one))


def _age(reservation: Reservation) -> tuple[int, str, str]:
    return (reservation.created, reservation.label, reservation.uid)
