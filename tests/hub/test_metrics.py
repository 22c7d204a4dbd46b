"""The planner in numbers: a unit is in one state, what is gone is told no more, a promise is timed once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from tests.builders import DAY, HOUR, LAKE, NOW, entry, grant, pool, snapshot, unit, with_ledger
from tests.simulation.hub import POOLS, SITE, Planner, contested
from tests.simulation.storage import Place

from holdfast.cluster.transport import kinds
from holdfast.hardware.names import RESTORED_ANNOTATION
from holdfast.hub.metrics import UNIT_STATES, HubMetrics, state_of
from holdfast.planner.state.ledger import GrantState, Part, Trouble
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"health": Health.HEALTHY}, "Free"),
        ({"health": Health.DEGRADED}, "Free"),
        ({"health": Health.UNHEALTHY}, "Broken"),
        ({"health": Health.HEALTHY, "cordoned": True}, "Broken"),
        ({"health": Health.HEALTHY, "retiring": True}, "Retiring"),
        ({"health": Health.MISSING, "available": NOW + 1}, "Due"),
    ],
)
def test_a_unit_that_nobody_holds_is_free_or_says_why_nobody_gets_it(
    changes: dict[str, Any], state: str
) -> None:
    assert state_of(pool(), unit("cube-0", **changes), NOW) == state


@pytest.mark.parametrize("held", GrantState)
def test_a_unit_in_a_promises_hands_is_where_its_grant_stands(held: GrantState) -> None:
    there = with_ledger(pool(), grants={"cube-0": grant(state=held)})
    broken = unit("cube-0", health=Health.UNHEALTHY, retiring=True)
    assert state_of(there, broken, NOW) == held.value
    assert set(GrantState) <= set(UNIT_STATES)


class Counted:
    """A hub to which a reservation has just come, and what its planner counts."""

    def __init__(self) -> None:
        self.hub = contested()
        self.planner = Planner(self.hub, self.hub.server)
        self.registry = CollectorRegistry()
        self.metrics = HubMetrics(self.registry)

    def turn(self, times: int = 1) -> None:
        """So many turns."""
        for _ in range(times):
            self.planner.look()
            self.metrics.after(self.planner.loop.turn(self.planner.api), 0)

    def value(self, name: str, **labels: str) -> float | None:
        """One number as it is scraped."""
        return self.registry.get_sample_value(name, labels)


def test_the_states_of_a_pool_add_up_to_its_units() -> None:
    counted = Counted()
    counted.turn(4)
    for name in POOLS:
        assert sum(counted.value("holdfast_units", pool=name, state=state) or 0 for state in UNIT_STATES) == 2
    assert counted.value("holdfast_units", pool=POOLS[0], state="Active") == 2
    assert counted.value("holdfast_promised_units", pool=POOLS[0]) == 2
    assert counted.value("holdfast_ledger_fill_ratio", pool=POOLS[0]) == 0.001
    assert counted.value("holdfast_repairs_frozen", pool=POOLS[0]) == 0
    assert counted.value("holdfast_site_silent", datacenter=SITE) == 0


def test_a_promise_is_timed_once_and_none_that_stood_before() -> None:
    counted = Counted()
    counted.turn(5)
    assert counted.value("holdfast_time_to_promise_seconds_count") == 1
    again = HubMetrics(CollectorRegistry())
    counted.planner.look()
    again.after(counted.planner.loop.turn(counted.planner.api), 0)
    assert again._promised_within._sum.get() == 0
    assert counted.value("holdfast_time_to_promise_seconds_count") == 1


def test_a_pool_that_is_gone_is_told_no_more() -> None:
    counted = Counted()
    counted.turn(4)
    pools = kinds.ACCELERATOR_POOL
    counted.hub.server.storage.erase(Place(pools.group, pools.plural, "", POOLS[1]))
    counted.turn()
    assert counted.value("holdfast_units", pool=POOLS[1], state="Free") is None
    assert counted.value("holdfast_spare_units", pool=POOLS[1]) is None
    assert counted.value("holdfast_units", pool=POOLS[0], state="Active") == 2


def test_who_leads_and_whether_time_is_sure_is_asked_at_every_scrape() -> None:
    counted, leads = Counted(), [True]
    counted.metrics.follow(lambda: leads[0], lambda: True, lambda: 2.5)
    assert counted.value("holdfast_leading") == 1
    leads[0] = False
    assert counted.value("holdfast_leading") == 0
    assert counted.value("holdfast_clock_trusted") == 1
    assert counted.value("holdfast_snapshot_age_seconds") == 2.5


def test_a_hub_that_was_restored_rests_until_it_is_let_go() -> None:
    counted = Counted()
    counted.turn(4)
    assert counted.value("holdfast_resting") == 0
    place = Place(kinds.ACCELERATOR_POOL.group, kinds.ACCELERATOR_POOL.plural, "", POOLS[0])
    old = counted.hub.server.storage.documents[place]
    marks = {"annotations": {RESTORED_ANNOTATION: "2027-01-15T07:00:00Z 3f2a"}}
    counted.hub.server.storage.write(place, {**old, "metadata": {**old["metadata"], **marks}})
    counted.turn()
    assert counted.value("holdfast_resting") == 1


@pytest.mark.parametrize(
    ("trouble", "wanted"),
    [
        (None, 0),
        (Trouble(NOW), 0),
        (Trouble(NOW, failed=NOW, until=NOW + 1), 1),
        (Trouble(NOW, failed=NOW, swap=NOW, cause="Consent"), 0),
    ],
    ids=["well", "its dwell runs", "its tenant is asked", "its tenant has agreed"],
)
def test_a_consent_is_wanted_for_a_failed_unit_that_nothing_allows_to_be_swapped(
    trouble: Trouble | None, wanted: int
) -> None:
    counted = Counted()
    seen = snapshot(with_ledger(pool(), grants={"cube-000": grant(trouble=trouble)}))
    counted.metrics._count_pools(seen, {})
    assert counted.value("holdfast_consents_wanted", pool=LAKE) == wanted


def test_a_turn_that_could_not_be_taken_counts_only_what_cannot_be_read() -> None:
    counted = Counted()
    counted.metrics.after(None, 3)
    assert counted.value("holdfast_unreadable") == 3
    assert counted.value("holdfast_turns_total") == 0


@pytest.mark.parametrize(("parts", "told"), [(0, 0.001), (64, 0.008)])
def test_a_ledger_fills_by_entries_or_by_intervals_whichever_is_nearer(parts: int, told: float) -> None:
    counted, (owner, one) = Counted(), entry()
    nights = tuple(Part(NOW + day * DAY, NOW + day * DAY + HOUR, 1) for day in range(parts))
    held = with_ledger(pool(), (owner, replace(one, form=replace(one.form, parts=nights))))
    counted.metrics._count_pools(snapshot(held), {})
    assert counted.value("holdfast_ledger_fill_ratio", pool=LAKE) == told
    counted.metrics._count_pools(snapshot(held), {LAKE: Sheet.of(held, NOW).worked_out()})
    assert counted.value("holdfast_ledger_fill_ratio", pool=LAKE) == told
