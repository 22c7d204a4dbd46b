"""A pool that was restored: its agent says the mark back, and what stands on its nodes beyond the ledger."""

from __future__ import annotations

import pytest
from tests.agent.site_world import CHAI, CUBE, MISTRAL, POOL, Datacenter, ledger, node, pod
from tests.agent.test_report import host, pair

from holdfast.agent.observed import ObservedUnit
from holdfast.agent.report import beyond
from holdfast.api.ledger import EMPTY
from holdfast.api.report import Unaccounted
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NODE, POD
from holdfast.hardware.names import RESTORED_ANNOTATION

MARK = "2027-01-15T08:00:00Z by hand"


def marked(world: Datacenter, mark: str) -> None:
    """The mark put on the pool, or taken off: nothing else changes."""
    world.meta(ACCELERATOR_POOL, POOL, annotations={RESTORED_ANNOTATION: mark} if mark else None)


def test_an_agent_says_the_mark_back_though_nothing_else_has_changed_and_takes_it_back() -> None:
    world = Datacenter()
    world.grants((CUBE, MISTRAL, 7, "Active"))
    agent = world.agent()
    world.turns(agent)
    told = world.pool_report()
    assert "restored" not in told
    for mark in (MARK, "a later one", ""):
        marked(world, mark)
        assert world.turns(agent) == 1
        assert world.pool_report() == {**told, **({"restored": mark} if mark else {})}
        assert world.turns(agent) == 0


def test_a_mark_is_said_back_however_it_was_written_by_hand() -> None:
    world = Datacenter()
    marked(world, "by hand\n" + "x" * 300)
    world.turns()
    assert world.pool_report()["restored"] == "by hand " + "x" * 120


@pytest.mark.parametrize(
    ("observed", "told"),
    [
        pytest.param(
            pair(host(0, MISTRAL, 7), host(1, MISTRAL, 7)), (MISTRAL, None), id="open on every host"
        ),
        pytest.param(pair(host(0, MISTRAL, 7)), (MISTRAL, None), id="open, and one host is away"),
        pytest.param(pair(host(0, MISTRAL, 7), host(1)), (MISTRAL, None), id="half opened"),
        pytest.param(
            pair(host(0, MISTRAL, 7), host(1, CHAI, 6)), (MISTRAL, None), id="one came back from before"
        ),
        pytest.param(
            pair(host(0, "", 7), host(1, CHAI, 6)), (None, None), id="given back, one came from before"
        ),
        pytest.param(pair(host(0, "", 7), host(1, "", 7)), (None, None), id="closed"),
        pytest.param(
            pair(host(0, MISTRAL, 7), host(1, CHAI, 7)), (min(MISTRAL, CHAI), True), id="open for two"
        ),
    ],
)
def test_beyond_the_ledger_a_unit_is_whoevers_its_newest_grant_has_opened_a_host_for(
    observed: ObservedUnit, told: tuple[str | None, bool | None]
) -> None:
    assert beyond(EMPTY, observed) == Unaccounted(grant=7, reservation=told[0], several=told[1])
    assert beyond(EMPTY.model_copy(update={"granted": 7}), observed) is None


def test_a_unit_with_a_host_away_is_kept_open_once_its_grant_is_in_the_ledger() -> None:
    world = Datacenter()
    agent = world.agent()
    world.grants((CUBE, MISTRAL, 7, "Active"), granted=7)
    world.turns(agent)
    world.server.add(POD, pod("job", f"{CUBE}-0"))
    world.erase(NODE, f"{CUBE}-1")
    world.change(
        ACCELERATOR_POOL, POOL, status={**ledger((CUBE, MISTRAL, 7, "Active"), granted=5), "units": {}}
    )
    world.turns(agent)
    assert world.report()["unaccounted"] == {"grant": 7, "reservation": MISTRAL}
    world.server.add(NODE, node(f"{CUBE}-1"))
    world.grants((CUBE, MISTRAL, 7, "Active"), granted=7)
    world.turns(agent)
    assert world.marks() == {(MISTRAL, MISTRAL, "7")}
    assert world.pods() == ["job"]
