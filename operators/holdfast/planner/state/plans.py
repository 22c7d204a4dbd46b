"""What one turn decides: steps to write, answers to tell, and what the next turn should remember."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.planner.state.news import News
from holdfast.planner.state.recall import Recall
from holdfast.planner.state.steps import (
    Hold,
    LedgerWrite,
    MaintenanceAnswer,
    PromiseWrite,
    QueryAnswer,
    RecordDelete,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One turn's writes, in the order they are applied: ledgers, then promises, then words.

    `holds` answers each reservation that got neither a promise nor an attempt; `frozen` names what only a
    person may touch, with the reason. `wake_at` is the next instant at which time alone changes something.
    `decided` counts the reservations decided anew; `unfinished` says that the budget was spent before everybody was:
    the next turn goes on at once. `news` is what was new in it, None where nobody compared; `recall` is for the next
    turn, and neither says what was decided. `answers` are those to queries, by uid; `expired` are the uids of queries
    to delete. `maintenance` answers maintenance windows, by uid; one that is accepted in this very turn has no answer
    before its ledger is written. `faults` say of whom the planner failed, by pool or uid: they are left alone, in this
    plan and for a while. `forgot` says what was raised with what the last turn left; empty where nothing was.
    """

    ledgers: tuple[LedgerWrite, ...] = ()
    promises: tuple[PromiseWrite, ...] = ()
    deletes: tuple[RecordDelete, ...] = ()
    holds: Mapping[str, Hold] = field(default_factory=dict)
    frozen: Mapping[str, str] = field(default_factory=dict)
    wake_at: int | None = None
    superseded: bool = False
    decided: int = 0
    unfinished: bool = False
    answers: Mapping[str, QueryAnswer] = field(default_factory=dict)
    expired: tuple[str, ...] = ()
    maintenance: Mapping[str, MaintenanceAnswer] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    forgot: str = field(default="", compare=False)
    news: News | None = field(default=None, compare=False, repr=False)
    recall: Recall = field(default_factory=Recall, compare=False, repr=False)
