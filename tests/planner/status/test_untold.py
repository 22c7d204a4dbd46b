"""What cannot be said of one object is noted, and all others are told; where nobody notes it, it is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError
from tests.builders import LAKE, NOW, pool, reservation, snapshot, tenant
from tests.planner.maintaining import maintenance

from holdfast.api.reasons import Reason
from holdfast.planner.state.snapshot import Query, Site
from holdfast.planner.state.steps import Hold, MaintenanceAnswer, Offer, QueryAnswer
from holdfast.planner.status.maintenance import maintenance_statuses
from holdfast.planner.status.query import query_statuses
from holdfast.planner.status.quiet import Quiet
from holdfast.planner.status.reservation import reservation_statuses
from holdfast.planner.status.sites_and_tenants import site_statuses, tenant_statuses
from holdfast.planner.status.untold import Untold, worded

Says = Callable[[Untold | None], Iterator[Any]]
NO = Hold(Reason.WINDOW_CONFLICT, "other promises hold the units")
BOTH = snapshot(pool(), reservation("mistral/a"), reservation("mistral/b", generation=-1))


def reservations(untold: Untold | None) -> Iterator[Any]:
    return reservation_statuses(BOTH, dict.fromkeys(BOTH.reservations, NO), untold=untold)


def sites(untold: Untold | None) -> Iterator[Any]:
    seen = replace(snapshot(), sites={"a": Site("a"), "b": Site("b", generation=-1)})
    return site_statuses(seen, untold=untold)


def tenants(untold: Untold | None) -> Iterator[Any]:
    one = replace(tenant(), name="a")
    seen = replace(snapshot(), tenants={"a": one, "b": replace(one, name="b", generation=-1)})
    return tenant_statuses(seen, untold=untold)


def windows(untold: Untold | None) -> Iterator[Any]:
    asked = {one.uid: one for one in (maintenance("a"), maintenance("b"))}
    a, b = asked
    accepted = MaintenanceAnswer(True, Reason.PROMISES_SHORT, "", deficit=2)
    answers = {a: accepted, b: replace(accepted, deficit=600)}
    return maintenance_statuses(replace(snapshot(), maintenance=asked), answers, untold)


KINDS_BY_NAME: dict[str, str] = {}
KINDS: list[tuple[str, Says, str, str]] = [
    ("a reservation", reservations, "mistral/b", "observed_generation"),
    ("a datacenter", sites, "b", "observed_generation"),
    ("a tenant", tenants, "b", "observed_generation"),
    ("a maintenance window", windows, "maintenance b", "deficit"),
]


@pytest.mark.parametrize(("name", "says", "untold", "field"), KINDS, ids=[kind[0] for kind in KINDS])
def test_one_of_which_nothing_can_be_said_stops_no_other(
    name: str, says: Says, untold: str, field: str
) -> None:
    noted: Untold = {}
    assert len(list(says(noted))) == 1
    assert list(noted) == [untold]
    assert field in noted[untold]
    with pytest.raises(ValidationError):
        list(says(None))


def test_a_reservation_of_which_nothing_could_be_said_is_tried_again_behind_the_others() -> None:
    quiet = Quiet()
    for _ in range(2):
        noted: Untold = {}
        list(reservation_statuses(BOTH, dict.fromkeys(BOTH.reservations, NO), quiet, untold=noted))
        assert list(noted) == ["mistral/b"]


def test_a_query_whose_answer_cannot_be_told_is_answered_with_that() -> None:
    ask, noted = reservation("mistral/q"), Untold()
    seen = replace(snapshot(), queries={ask.uid: Query(ask)})
    wide = Offer(NOW, NOW + 300, 17, {LAKE: 2}, tuple(f"dc{number:02d}" for number in range(17)))
    (said,) = query_statuses(seen, {ask.uid: QueryAnswer((wide,))}, noted)
    assert said.status.hold is not None
    assert (said.status.hold.reason, said.status.answered_at) == ("Frozen", NOW)
    assert "datacenters" in noted["query mistral/q"]
    with pytest.raises(ValidationError):
        list(query_statuses(seen, {ask.uid: QueryAnswer((wide,))}))


def test_a_query_of_which_not_even_that_can_be_told_is_left() -> None:
    ask, noted = reservation("mistral/q", generation=-1), Untold()
    seen = replace(snapshot(), queries={ask.uid: Query(ask)})
    assert list(query_statuses(seen, {ask.uid: QueryAnswer(hold=NO)}, noted)) == []
    assert list(noted) == ["query mistral/q"]


def test_a_fault_of_ours_is_told_with_its_place() -> None:
    noted: Untold = {}
    assert worded(noted, "mistral/a", lambda: KINDS_BY_NAME["nothing"]) is None
    assert "KeyError: 'nothing' in <lambda>, line" in noted["mistral/a"]
