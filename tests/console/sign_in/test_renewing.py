"""A session that is made longer by its refresh token, until it may not be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.console.conftest import Clock
from tests.console.hub_server import HubServer
from tests.console.sign_in.conftest import RENEWAL, SESSION, Window
from tests.console.sign_in.issuer_server import HOUR

LIFE = 60


@pytest.fixture(autouse=True)
def signed_in(window: Window) -> None:
    """Mila, with a token that lasts a minute."""
    window.issuer.says.lasts = LIFE
    assert window.sign_in("mila").status == 303


def to_the_door(window: Window) -> bool:
    """Whether there is no way but to sign in again."""
    way = window.get("/renew?next=/reservations")
    return (way.status, way.headers["location"], RENEWAL in window.jar) == (
        303,
        "/enter?next=%2Freservations",
        False,
    )


def test_a_page_whose_session_is_over_comes_back_by_itself(window: Window, clock: Clock) -> None:
    clock.ahead += LIFE + 1
    way = window.get("/reservations?q=huge").headers["location"]
    assert way == "/renew?next=%2Freservations%3Fq%3Dhuge"
    back = window.get(way)
    assert (back.status, back.headers["location"]) == (303, "/reservations?q=huge")
    assert "mistral/huge" in window.get("/reservations?q=huge").text


def test_a_page_that_stays_open_is_made_longer_before_its_end(window: Window, clock: Clock) -> None:
    before = dict(window.jar)
    clock.ahead += 2
    assert window.post("/renew").status == 204
    assert [window.jar[name] == before[name] for name in (SESSION, RENEWAL)] == [False, False]
    clock.ahead += LIFE - 5
    assert window.get("/reservations").status == 200


def test_the_stream_of_a_page_says_when_to_ask(window: Window, clock: Clock) -> None:
    clock.ahead += LIFE - 20
    assert "event: renew" in window.heard("/live", "event: renew")


def test_windows_of_one_browser_may_ask_at_once_though_a_refresh_token_is_good_once(window: Window) -> None:
    others = [Window(window.port, window.issuer, dict(window.jar)) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        assert {answer.status for answer in pool.map(lambda one: one.post("/renew"), others)} == {204}
    assert [one.post("/renew").status for one in others] == [204] * 3


def test_no_renewal_reaches_beyond_the_longest_session(window: Window, clock: Clock) -> None:
    window.issuer.says.lasts = 10 * HOUR
    assert window.post("/renew").status == 204
    clock.ahead += HOUR - 5  # the session lasts an hour in all (ConsoleSettings)
    assert window.get("/reservations").status == 200
    clock.ahead += 10
    assert window.get("/reservations").status == 303
    assert to_the_door(window)


def test_what_was_made_longer_is_of_the_same_person_or_of_nobody(window: Window) -> None:
    for claims in (
        {"sub": "id-of-ada"},
        {"aud": "kubectl"},
        {"nonce": "another"},
        {"iss": "https://o.example"},
    ):
        window.issuer.says.claims = {}
        window.sign_in("mila")
        window.issuer.says.claims = claims
        assert window.post("/renew").status == 401


def test_a_refresh_token_that_was_taken_back_leads_to_the_door(window: Window) -> None:
    window.issuer.refresh_tokens.clear()
    assert window.post("/renew").status == 401
    assert window.get("/reservations").status == 200  # until its own end
    assert to_the_door(window)


def test_a_newer_token_that_the_api_server_does_not_take_ends_it(window: Window, hub: HubServer) -> None:
    window.issuer.says.taken = False
    assert window.post("/renew").status == 401
    assert to_the_door(window)


def test_while_issuer_or_hub_is_away_it_is_to_be_tried_again(window: Window, hub: HubServer) -> None:
    window.issuer.says.away = True
    assert window.post("/renew").status == 503
    assert "does not answer as it should" in window.get("/renew?next=/floor").text
    window.issuer.says.away, hub.away = False, True
    assert window.post("/renew").status == 503
    hub.away = False
    assert (window.post("/renew").status, RENEWAL in window.jar) == (204, True)


def test_groups_that_were_taken_away_at_the_issuer_are_gone_with_the_newer_token(window: Window) -> None:
    people = window.issuer.people
    was = people["mila"]
    people["mila"] = {**was, "groups": ["system:authenticated"]}
    assert "mistral/huge" in window.get("/reservations").text
    assert window.post("/renew").status == 204
    people["mila"] = was
    assert "mistral/huge" not in window.get("/reservations").text


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_other_site_makes_a_session_longer(window: Window, origin: str) -> None:
    assert window.post("/renew", origin=origin).status == 403


def test_a_forged_cookie_is_not_asked_about(window: Window) -> None:
    window.jar[RENEWAL] = "a.b.c.d.e"
    window.issuer.asked.clear()
    assert window.post("/renew").status == 401
    assert window.issuer.asked == []
