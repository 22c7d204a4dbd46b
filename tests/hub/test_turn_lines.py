"""What the operator's log says of one reservation, from its first attempt to its record, always under its uid."""

from __future__ import annotations

from tests.simulation.hub import POOLS, Planner, contested
from tests.simulation.storage import Place

from holdfast.cluster.transport import kinds
from holdfast.hub.turn_lines import Line, lines_of

RESERVATION = Place(kinds.CAPACITY_RESERVATION.group, kinds.CAPACITY_RESERVATION.plural, "mistral", "train")


class Told:
    """A hub to which a reservation has just come, and the lines of its planner."""

    def __init__(self) -> None:
        self.hub = contested()
        self.planner = Planner(self.hub, self.hub.server)
        self.lines: list[Line] = []

    def turn(self, times: int = 1) -> None:
        """So many turns, five seconds apart."""
        for _ in range(times):
            self.planner.look()
            turn = self.planner.loop.turn(self.planner.api)
            if turn is not None:
                self.lines += lines_of(turn)
            self.hub.time.sleep(5)


def test_a_reservation_is_planned_committed_and_bound_under_its_uid() -> None:
    told = Told()
    uid = told.hub.server.storage.documents[RESERVATION]["metadata"]["uid"]
    told.turn(5)
    assert [line.event for line in told.lines] == ["planned", "committed", "bound"]
    assert {line.reservation_uid for line in told.lines} == {uid}
    planned, committed, bound = told.lines
    assert (planned.words["pool"], planned.words["units"]) == (POOLS[0], 2)
    assert committed.words == {"reservation": "mistral/train", "round": 1, "pools": {POOLS[0]: 2}}
    assert bound.words["grants"] == {"cube-000": 1, "cube-001": 2}


def test_when_it_is_cancelled_it_is_releasing_for_that_cause() -> None:
    told = Told()
    told.turn(5)
    told.hub.server.storage.erase(RESERVATION)
    told.lines.clear()
    told.turn(12)
    assert [(line.event, line.words["cause"]) for line in told.lines][:1] == [("releasing", "Cancelled")]


def test_a_turn_that_writes_nothing_says_nothing() -> None:
    told = Told()
    told.turn(5)
    told.lines.clear()
    told.turn(3)
    assert told.lines == []
