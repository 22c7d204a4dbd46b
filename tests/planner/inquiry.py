"""A hub in memory where tenants also ask before they commit: a query is answered, read and in the end deleted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.builders import tenant, uid
from tests.planner.term import Term
from tests.planner.world import World

from holdfast.planner.state.snapshot import AnswerKind, Query, Reservation, Snapshot
from holdfast.planner.state.steps import QueryAnswer
from holdfast.planner.status.query import query_statuses


@dataclass
class Inquiry(World):
    """`told` are the answers by the query's label."""

    queries: dict[str, Query] = field(default_factory=dict)
    told: dict[str, QueryAnswer] = field(default_factory=dict)

    def wonders(self, ask: Reservation, question: AnswerKind, **more: int) -> Inquiry:
        """Create a query about an ask."""
        made = replace(ask, uid=uid(ask.label, 900), created=self.now)
        self.tenants.setdefault(made.tenant or "", tenant(made.namespace))
        self.queries[made.uid] = Query(made, question, **more)
        return self

    def snapshot(self, term: Term | None = None) -> Snapshot:
        """The picture, queries included."""
        return replace(super().snapshot(term), queries=self._mixed(self.queries))

    def turn(self) -> bool:
        """One turn; answers are written like statuses, and what has expired is deleted."""
        moved = super().turn()
        for said in query_statuses(self.seen, self.last.answers):
            query = said.query
            self.told[query.ask.label] = self.last.answers[query.ask.uid]
            self.queries[query.ask.uid] = replace(query, answered_at=said.status.answered_at)
        for gone in self.last.expired:
            del self.queries[gone]
        return bool(moved or self.last.answers or self.last.expired)
