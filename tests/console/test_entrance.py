"""Coming in and leaving: with a token of one's own, or once with the word that was printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.console.conftest import Clock, served
from tests.console.hub_server import HubServer
from tests.console.visiting import Visitor

from holdfast.console.desk import Desk
from holdfast.console.settings import ConsoleSettings

LAPTOP = {"host": "127.0.0.1:8099"}


def test_a_token_opens_a_session_and_travels_no_further(port: int) -> None:
    answer = Visitor(port).post("/enter", "token=token-of-mila%0A")
    cookie = answer.headers["set-cookie"]
    assert answer.status == 303
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/"))
    assert "token-of" not in cookie
    assert "mistral/huge" in Visitor(port).with_cookie(answer).get("/reservations").text


@pytest.mark.parametrize("form", ["token=forged", "token=", "", "other=1"])
def test_a_token_the_api_server_does_not_take_opens_nothing(port: int, form: str) -> None:
    answer = Visitor(port).post("/enter", form)
    assert (answer.status, "set-cookie" in answer.headers) == (401, False)


def test_a_form_without_end_is_not_read_to_its_end(port: int) -> None:
    assert Visitor(port).post("/enter", "token=" + "x" * 70_000).status == 413


def test_while_the_hub_is_away_nobody_can_say_whose_a_token_is(hub: HubServer, port: int) -> None:
    hub.away = True
    assert Visitor(port).post("/enter", "token=token-of-mila").status == 503


def test_a_session_that_is_over_leads_to_the_door(port: int, clock: Clock) -> None:
    visitor = Visitor(port).with_cookie(Visitor(port).post("/enter", "token=token-of-mila"))
    assert visitor.get("/").status == 200
    clock.ahead += 3_601
    assert visitor.get("/").status == 303
    assert visitor.get("/live").status == 401


def test_leaving_takes_the_cookie_away(port: int) -> None:
    assert "Max-Age=0" in Visitor(port).post("/leave").headers["set-cookie"]


@pytest.fixture
def laptop(opened: Callable[[ConsoleSettings], Desk]) -> Iterator[tuple[Desk, Visitor]]:
    """A console of one person's, and that person."""
    desk = opened(ConsoleSettings())
    with served(desk) as number:
        yield desk, Visitor(number, LAPTOP)


def test_the_printed_word_lets_in_once(laptop: tuple[Desk, Visitor]) -> None:
    desk, person = laptop
    assert person.get("/enter?token=guess").status == 403
    answer = person.get(f"/enter?token={desk.token.word}")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert person.get(f"/enter?token={desk.token.word}").status == 403
    assert person.with_cookie(answer).get("/on-call").status == 200
    assert person.get("/on-call").status == 303


def test_on_a_laptop_no_name_but_loopbacks_leads_in_and_no_token_of_others(
    laptop: tuple[Desk, Visitor],
) -> None:
    desk, person = laptop
    rebound = {**LAPTOP, "host": "evil.example:8099"}
    assert Visitor(person.port, rebound).get(f"/enter?token={desk.token.word}").status == 421
    assert person.get("/", authorization="Bearer token-of-ada").status == 303
    assert person.post("/enter", "token=token-of-ada", origin="http://127.0.0.1:8099").status == 403
