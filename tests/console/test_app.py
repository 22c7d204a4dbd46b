"""Who sees which page, over real HTTP: an engineer everything, a tenant its own, a stranger nothing."""

from __future__ import annotations

import pytest
from tests.builders import DAY
from tests.console.asks import ABERNATHY, HOSTILE, LAKE, huge
from tests.console.conftest import Clock, until
from tests.console.hub_server import HubServer
from tests.console.visiting import Answer, Visitor

PAGES = ("/", "/floor", "/reservations", "/when", "/on-call", "/reservations/mistral/huge")
DATA = ("/data/calendar", f"/data/bars?pool={LAKE}", "/v1/capacity", "/v1/reservations", "/v1/openapi.json")
OTHERS = ("anthropic", "acme", "cube-10", "TeraWulf", "coolant")


@pytest.mark.parametrize("page", [*PAGES, *DATA, f"/floor/{LAKE}"])
def test_an_engineer_sees_every_page(ada: Visitor, page: str) -> None:
    assert ada.get(page).status == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_tenant_sees_every_page_and_nothing_of_others(mila: Visitor, page: str) -> None:
    answer = mila.get(page)
    assert answer.status == 200
    assert [word for word in OTHERS if word in answer.text] == []


@pytest.mark.parametrize("page", DATA)
def test_a_tenants_data_hold_nothing_of_others(mila: Visitor, page: str) -> None:
    assert [word for word in OTHERS if word in mila.get(page).text] == []


@pytest.mark.parametrize("page", [*PAGES[:-1], *DATA[:1], *DATA[2:-1]])
def test_a_stranger_sees_no_name_at_all(eve: Visitor, page: str) -> None:
    answer = eve.get(page)
    assert answer.status == 200
    assert [word for word in (*OTHERS, "mistral", LAKE.partition(".")[0]) if word in answer.text] == []


def test_a_tenant_sees_its_own_bars_in_a_pool_it_may_not_read(mila: Visitor) -> None:
    bars = mila.get(f"/data/bars?pool={LAKE}").json()[LAKE]
    assert bars["name"] == ["mistral/pretrain-q1", "mistral/ablations"]
    assert mila.get(f"/data/bars?pool={ABERNATHY}").json()[ABERNATHY]["name"] == []


@pytest.mark.parametrize("path", ["/reservations/acme/finetune", "/reservations/acme/nobody"])
def test_what_is_forbidden_and_what_is_gone_look_the_same(mila: Visitor, path: str) -> None:
    answer = mila.get(path)
    assert (answer.status, "finetune" in answer.text) == (404, False)
    assert answer.text == mila.get("/reservations/acme/other").text
    assert mila.get(f"/floor/{LAKE}").text == mila.get("/floor/ny.a").text


@pytest.mark.parametrize("page", PAGES)
def test_who_shows_no_token_is_led_to_the_door(port: int, page: str) -> None:
    answer = Visitor(port).get(page)
    assert (answer.status, answer.headers["location"]) == (303, "/enter")


@pytest.mark.parametrize("page", DATA)
def test_a_program_without_a_token_is_told_so(port: int, page: str) -> None:
    assert Visitor(port).get(page).status == 401
    assert Visitor(port).get(page, authorization="Bearer forged").status == 401


def scripts(answer: Answer) -> int:
    return (
        answer.text.count("<script")
        - answer.text.count('<script defer src="/static')
        - answer.text.count('<script type="module" src="/static')
    )


@pytest.mark.parametrize(
    "page", ["/on-call", "/reservations/acme/finetune", "/reservations/mistral/huge", "/?view=table"]
)
def test_what_others_have_written_is_shown_and_never_obeyed(ada: Visitor, page: str) -> None:
    answer = ada.get(page)
    assert (scripts(answer), "<img src=x" in answer.text, "\u202e" in answer.text) == (0, False, False)
    if page != "/?view=table":
        assert "&lt;img src=x" in answer.text
        assert HOSTILE not in answer.text


def test_a_right_that_is_taken_away_is_gone_within_half_a_minute(
    hub: HubServer, mila: Visitor, clock: Clock
) -> None:
    assert "huge" in mila.get("/reservations").text
    hub.allows = lambda spec: "user" not in spec
    assert "huge" in mila.get("/reservations").text
    clock.ahead += 31
    assert "huge" not in mila.get("/reservations").text


def test_a_change_at_the_hub_is_on_the_page_at_once(hub: HubServer, mila: Visitor) -> None:
    hub.put("capacityreservations", {**huge(), "metadata": {**huge()["metadata"], "name": "brief"}})
    until(lambda: "brief" in mila.get("/reservations").text)
    hub.drop("capacityreservations", "mistral", "brief")
    until(lambda: "brief" not in mila.get("/reservations").text)
    assert mila.get("/reservations/mistral/brief").status == 404


def test_while_the_hub_is_away_nobody_sees_more_than_they_were_let_to_see(
    hub: HubServer, mila: Visitor, clock: Clock
) -> None:
    assert mila.get("/reservations").status == 200
    hub.away = True
    assert mila.get("/reservations").status == 200
    clock.ahead += 31
    answer = mila.get("/reservations")
    assert (answer.status, "does not answer" in answer.text, "huge" in answer.text) == (503, True, False)
    hub.away = False
    until(lambda: mila.get("/reservations").status == 200)


def test_a_link_to_a_day_far_away_is_answered_too(ada: Visitor) -> None:
    assert ada.get(f"/when?accelerator=tpu7x&namespace=mistral&count=1&days=9&earliest={DAY}").status == 200
    assert ada.get("/reservations?from=99999999999&q=%00").status == 200
