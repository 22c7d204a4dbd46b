"""Questions are answered as the operator's planner would answer them, and what is remembered changes no answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.builders import NOW
from tests.console.asks import LAKE
from tests.console.hub_server import HubServer
from tests.console.visiting import Visitor

from holdfast.api.query import QueryStatus
from holdfast.console.desk import Desk
from holdfast.console.planning import MOST_WAITING, Busy, Planning
from holdfast.console.views.when import WhenAsked, query_of

ASKED = [
    WhenAsked("mistral", "tpu7x", "4x4x4", 2, 10),
    WhenAsked("mistral", "gb300-nvl72", "", 1, 20),
    WhenAsked("anthropic", "tpu7x", "4x4x4", 12, 30),
    WhenAsked("mistral", "tpu7x", "4x4x4", 200, 10),
]


def test_a_question_finds_what_is_free(desk: Desk) -> None:
    status = Planning().answer(desk.sight.documents(), query_of(ASKED[0], "q"), NOW)
    assert [pool.name for pool in status.offers[0].pools] == [LAKE]
    none = Planning().answer(desk.sight.documents(), query_of(ASKED[3], "q"), NOW)
    assert none.hold is not None


@pytest.mark.parametrize("asked", ASKED, ids=lambda one: f"{one.accelerator}-{one.count}")
def test_one_who_remembers_answers_as_one_who_does_not(desk: Desk, asked: WhenAsked) -> None:
    remembers, hub = Planning(), desk.sight.documents()
    for before in ASKED:
        remembers.answer(hub, query_of(before, "q"), NOW)
    assert remembers.answer(hub, query_of(asked, "q"), NOW + 5) == Planning().answer(
        hub, query_of(asked, "q"), NOW + 5
    )


def test_a_question_is_for_namespaces_in_which_one_may_ask(mila: Visitor, eve: Visitor) -> None:
    asked = "/when?accelerator=tpu7x&topology=4x4x4&count=2&days=10&namespace="
    assert "CapacityReservation" in mila.get(f"{asked}mistral").text
    refused = mila.get(f"{asked}anthropic").text
    assert ("CapacityReservation" in refused, "may not ask in this namespace" in refused) == (False, True)
    assert "no namespace in which you may ask" in eve.get(f"{asked}mistral").text


@pytest.mark.parametrize(
    "odd", ["count=-1", "count=zwei&days=9", "topology=%3Cscript%3E", "earliest=soon", "days=999999999"]
)
def test_an_odd_question_is_answered_with_what_is_odd(mila: Visitor, odd: str) -> None:
    answer = mila.get(f"/when?accelerator=tpu7x&namespace=mistral&{odd}")
    assert (answer.status, "<script>" in answer.text) == (200, False)


def test_who_comes_when_too_many_wait_is_told_so_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    planning, hub, query = Planning(), desk.sight.documents(), query_of(ASKED[0], "q")
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(*_: object) -> QueryStatus:
        begun.release()
        go_on.wait(10)
        return QueryStatus()

    monkeypatch.setattr(planning, "_in_turn", slow)
    with ThreadPoolExecutor(MOST_WAITING) as others:
        waiting = [others.submit(planning.answer, hub, query, NOW) for _ in range(MOST_WAITING)]
        assert all(begun.acquire(timeout=5) for _ in waiting)
        with pytest.raises(Busy, match="8 others wait"):
            planning.answer(hub, query, NOW)
        go_on.set()
    monkeypatch.undo()
    assert planning.answer(hub, query, NOW).offers


def test_nothing_is_stored_for_a_question(hub: HubServer, mila: Visitor) -> None:
    before = hub.revision
    mila.get("/when?accelerator=tpu7x&topology=4x4x4&namespace=mistral&count=2&days=10")
    assert hub.revision == before
