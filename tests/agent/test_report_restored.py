"""A pool that was restored: its agent says the mark back, and what stands on its nodes beyond the ledger."""

from __future__ import annotations

from tests.agent.site_world import CUBE, MISTRAL, POOL, Datacenter

from holdfast.cluster.transport.kinds import ACCELERATOR_POOL
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
