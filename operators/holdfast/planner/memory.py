"""What a turn leaves to the next one (`state/recall.py`): made anew only of what was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, compress
from operator import is_not

from holdfast.frozen.records import PAGES, Records
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import FAR, Promise
from holdfast.planner.state.pool_calendar import PoolCalendar
from holdfast.planner.state.recall import Foreseen, Recall, Standing, Subject
from holdfast.planner.state.steps import LedgerWrite
from holdfast.planner.wake import next_of, of_calendar, of_maintenance, of_pool, of_promises

NOBODY: Records[str, Promise] = Records.of({})


def remembered(board: Board, ledgers: Iterable[LedgerWrite]) -> Recall:
    """The memory of this turn, in which these ledgers are to be written.

    What a step that has only been decided will make of a pool is `foreseen`; nothing else in it rests on one.
    """
    due, pages = _due(board), _pages(board)
    before = board.recalled
    return Recall(
        turn=before.turn + 1,
        seen=board.known,
        answers=_answers(board, min(*due.values(), *pages, FAR)),
        calendars=_calendars(board),
        foreseen=_foreseen(board, ledgers),
        due=due,
        pages=pages,
        restless=frozenset({*board.writes, *(one.uid for one in board.deletes), *board.frozen, *board.ahead}),
        restless_pools=frozenset({*_restless(board)}),
        waiting=board.waiting,
        stuck=board.stuck,
        moved=_moved(board),
        maintenance=board.maintenance,
        put_off=frozenset(board.put_off),
        holdings=board.holdings,
        namesakes=board.namesakes,
    )


def wake_at(recall: Recall) -> int | None:
    """The next instant at which a turn must come, whatever else happens; None where there is none."""
    answers = (standing.own for standing in recall.answers.values())
    found = min(*recall.due.values(), *recall.pages, *answers, FAR)
    return found if found < FAR else None


def _restless(board: Board) -> set[str]:
    """Pools that a person must look at, or that were played on."""
    played = {name for name, sheet in board.sheets.items() if sheet.played}
    return played | (board.snapshot.pools.keys() - board.sheets.keys())


def _due(board: Board) -> dict[str, int]:
    """By pool the next instant of its own; that of a pool that was not looked at is the one that was known."""
    pools, policy = board.snapshot.pools, board.snapshot.policy
    known = {name: due for name, due in board.recalled.due.items() if name in pools}
    for name in board.each(board.news.pools):
        if board.left_alone(name):
            known.pop(name, None)  # it is looked at in every turn, and tried again when its pause is over
            continue
        instants = of_pool(pools[name], board.sheets.get(name), board.known.promises, policy)
        known[name] = next_of(chain(instants, _of_maintenance(board, name)), board.now)
    return known


def _of_maintenance(board: Board, pool: str) -> Iterator[int]:
    for uid, asked in board.snapshot.maintenance.items():
        if asked.pool == pool:
            yield from of_maintenance(asked, board.maintenance.get(uid))


def _pages(board: Board) -> tuple[int, ...]:
    """By page of the promises the next instant of theirs."""
    pages, known = board.known.promises.pages, list(board.recalled.pages)
    before = NOBODY if board.recalled.seen is None else board.recalled.seen.promises
    changed = compress(range(PAGES), map(is_not, pages, before.pages))
    passed = [place for place, due in enumerate(known) if due <= board.now] if min(known) <= board.now else ()
    for place in {*changed, *passed}:
        instants = of_promises(pages[place].values(), board.snapshot.policy)
        known[place] = next_of(instants, board.now)
    return tuple(known)


def _calendars(board: Board) -> Mapping[str, PoolCalendar]:
    """The calendars of pools as read; one that was played on is worked out anew of the ledger that comes of it."""
    return {
        name: sheet.calendar
        for name, sheet in board.sheets.items()
        if not sheet.played and sheet.calendar is not None
    }


def _foreseen(board: Board, ledgers: Iterable[LedgerWrite]) -> dict[str, Foreseen]:
    """The pools to be written whose calendar is known as played; else it is worked out anew of what is read."""
    found: dict[str, Foreseen] = {}
    writes = {write.pool: write for write in ledgers}
    for name in board.each(writes):
        write, sheet = writes[name], board.sheets[name]
        if sheet.calendar is not None:
            pool = replace(sheet.pool, ledger=write.ledger)
            due = next_of(of_calendar(pool, sheet.calendar.moving), board.now)
            found[write.pool] = Foreseen(pool, sheet.calendar, due)
    return found


def _answers(board: Board, wake: int) -> dict[str, Standing]:
    """What this turn has answered stands until time alone may change it.

    What is told of later starts moves with the clock where a repair or a hand-back is late: so for a slot at most.
    """
    until = min(wake, board.now + board.snapshot.policy.slot)
    return {
        uid: replace(one, until=min(until, one.own)) if one.until is None else one
        for uid, one in board.answers.items()
    }


def _moved(board: Board) -> dict[Subject, int]:
    turn = board.recalled.turn + 1
    return {**board.recalled.moved, **dict.fromkeys(board.news.moved, turn)}
