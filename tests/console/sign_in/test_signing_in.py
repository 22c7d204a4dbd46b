"""Signing in over real HTTP, at an issuer that says the truth, errs, lies and falls silent."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from tests.console.asks import HOSTILE
from tests.console.conftest import Clock
from tests.console.hub_server import HubServer
from tests.console.sign_in.conftest import FLOWS, PUBLIC, RENEWAL, SESSION, Window
from tests.console.sign_in.issuer_server import CLIENT, IssuerServer
from tests.console.visiting import Answer


def turned_away(window: Window, answer: Answer, status: int, sentence: str) -> None:
    assert (answer.status, sentence in answer.text) == (status, True)
    assert SESSION not in window.jar
    assert window.get("/reservations").status == 303


def test_who_signs_in_sees_their_own_and_comes_to_the_page_they_wanted(window: Window) -> None:
    to_the_door = window.get("/reservations/mistral/huge")
    assert to_the_door.headers["location"] == "/enter?next=%2Freservations%2Fmistral%2Fhuge"
    assert (
        "/sign-in?next=%2Freservations%2Fmistral%2Fhuge" in window.get(to_the_door.headers["location"]).text
    )
    answer = window.sign_in("mila", "/reservations/mistral/huge")
    assert (answer.status, answer.headers["location"]) == (303, "/reservations/mistral/huge")
    page = window.get("/reservations/mistral/huge")
    assert (page.status, "mila@mistral.example" in page.text) == (200, True)
    assert window.get("/reservations/acme/finetune").status == 404


def test_the_issuer_is_asked_with_a_challenge_a_state_and_a_nonce(window: Window) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(window.asked()).query).items()}
    assert (asked["client_id"], asked["redirect_uri"]) == (CLIENT, f"{PUBLIC}/signed-in")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_cookies_are_bound_to_the_host_and_hold_no_token(window: Window, issuer: IssuerServer) -> None:
    answer = window.sign_in("mila")
    assert set(window.jar) == {SESSION, RENEWAL}
    kept = " ".join(window.jar.values())
    assert [one for one in (*issuer.refresh_tokens, "eyJhbGciOiJIUzI1NiIs") if one in kept] == []
    assert all(word in answer.headers["set-cookie"] for word in ("HttpOnly", "Secure", "Path=/"))


def test_a_link_that_somebody_else_has_begun_signs_nobody_in_and_shows_nothing_of_theirs(
    window: Window, issuer: IssuerServer
) -> None:
    window.asked()  # it has a flow of its own under way
    code, state = issuer.code_for(Window(window.port, issuer).asked(), "ada")
    turned_away(window, window.get(f"/signed-in?code={code}&state={state}"), 400, "begun in another browser")
    made = window.get("/signed-in?error=access_denied&error_description=call+0800+555&state=x")
    turned_away(window, made, 400, "begun in another browser")
    assert "0800" not in made.text


def test_the_way_back_is_good_once(window: Window) -> None:
    code, state = window.issuer.code_for(window.asked(), "mila")
    assert window.get(f"/signed-in?code={code}&state={state}").status == 303
    again = window.get(f"/signed-in?code={code}&state={state}")
    assert (again.status, "finished already" in again.text) == (400, True)
    assert window.get("/reservations").status == 200  # the session that came of it stays


def test_a_code_that_was_used_is_good_for_nothing_with_a_flow_of_ones_own(window: Window) -> None:
    code, state = window.issuer.code_for(window.asked(), "mila")
    other = Window(window.port, window.issuer)
    _, others = window.issuer.code_for(other.asked(), "mila")
    assert window.get(f"/signed-in?code={code}&state={state}").status == 303
    turned_away(other, other.get(f"/signed-in?code={code}&state={others}"), 400, "good once")


def test_a_code_of_another_flow_does_not_fit_its_verifier(window: Window, issuer: IssuerServer) -> None:
    stolen, _ = issuer.code_for(Window(window.port, issuer).asked(), "ada")
    _, state = issuer.code_for(window.asked(), "mila")
    turned_away(window, window.get(f"/signed-in?code={stolen}&state={state}"), 400, "good once")


def test_a_flow_is_over_after_ten_minutes(window: Window, clock: Clock) -> None:
    code, state = window.issuer.code_for(window.asked(), "mila")
    clock.ahead += 600
    turned_away(window, window.get(f"/signed-in?code={code}&state={state}"), 400, "older than ten minutes")


WORDS = [
    ("access_denied", 403, "has not let you in."),
    ("login_required", 403, "has not let you in."),
    ("server_error", 503, "trouble of its own"),
    ("temporarily_unavailable", 503, "trouble of its own"),
    ("invalid_scope", 502, "compare its client id"),
    ("unauthorized_client", 502, "compare its client id"),
    ("no_such_word", 502, "does not know"),
    ("", 502, "compare its client id"),
]


@pytest.mark.parametrize(("word", "status", "sentence"), WORDS)
def test_each_no_of_the_issuer_is_a_sentence(window: Window, word: str, status: int, sentence: str) -> None:
    _, state = window.issuer.code_for(window.asked("/floor"), "mila")
    answer = window.get(f"/signed-in?{f'error={word}&' if word else ''}state={state}")
    turned_away(window, answer, status, sentence)
    assert "/sign-in?next=%2Ffloor" in answer.text


def test_what_the_issuer_says_of_it_is_shown_and_never_obeyed(window: Window) -> None:
    _, state = window.issuer.code_for(window.asked(), "mila")
    said = quote(HOSTILE + "y" * 9_000)
    answer = window.get(f"/signed-in?error=access_denied&error_description={said}&state={state}")
    assert "&lt;img src=x" in answer.text
    assert ("<img src=x" in answer.text, "\u202e" in answer.text, "y" * 300 in answer.text) == (False,) * 3


ENDPOINT = [
    ((400, {"error": "invalid_grant"}), 400, "good once"),
    ((401, {"error": "invalid_client"}), 502, "compare its client id"),
    ((200, {"access_token": "a", "token_type": "Bearer"}), 502, "given no id token"),
    ((200, {"id_token": 7}), 502, "given no id token"),
    ((500, "oops"), 503, "does not answer as it should"),
    ((429, "slow down"), 503, "does not answer as it should"),
    ((200, "[]"), 503, "does not answer as it should"),
    ((302, "moved"), 503, "does not answer as it should"),
]


@pytest.mark.parametrize(("said", "status", "sentence"), ENDPOINT)
def test_each_answer_that_holds_no_token_is_a_sentence(
    window: Window, said: tuple[int, Any], status: int, sentence: str
) -> None:
    code, state = window.issuer.code_for(window.asked(), "mila")
    window.issuer.says.answer = said
    turned_away(window, window.get(f"/signed-in?code={code}&state={state}"), status, sentence)


@pytest.mark.parametrize(
    "claims", [{"nonce": "another"}, {"aud": "kubectl"}, {"iss": "https://o.example"}, {"azp": "o"}]
)
def test_a_token_that_the_api_server_takes_and_that_answers_something_else_is_thrown_away(
    window: Window, claims: dict[str, str]
) -> None:
    window.issuer.says.claims = claims
    turned_away(window, window.sign_in("mila"), 403, "not the answer to what this browser asked")


def test_a_token_that_the_api_server_does_not_take_opens_nothing_and_it_says_why(
    window: Window, hub: HubServer
) -> None:
    window.issuer.says.taken = False
    hub.why = "oidc: expected audience &quot;kubernetes&quot;"
    turned_away(window, window.sign_in("mila"), 403, "the API server does not take its token")
    assert "expected audience &amp;quot;" in window.sign_in("mila").text


def test_an_answer_by_another_issuer_is_none(window: Window) -> None:
    code, state = window.issuer.code_for(window.asked(), "mila")
    answer = window.get(f"/signed-in?code={code}&state={state}&iss=https://evil.example")
    turned_away(window, answer, 403, "not the answer")


METADATA: list[dict[str, Any]] = [
    {"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"token_endpoint": None},
    {"authorization_endpoint": "javascript:alert(1)"},
]  # fmt: skip


@pytest.mark.parametrize("said", METADATA)
def test_an_issuer_that_is_another_or_speaks_in_the_open_is_not_asked(
    window: Window, said: dict[str, Any]
) -> None:
    window.issuer.says.metadata = said
    turned_away(window, window.get("/sign-in"), 503, "does not answer as it should")


def test_while_the_issuer_is_away_nobody_signs_in_and_who_is_in_stays(window: Window) -> None:
    window.sign_in("mila")
    stranger = Window(window.port, window.issuer)
    code, state = window.issuer.code_for(stranger.asked(), "ada")
    window.issuer.says.away = True
    turned_away(stranger, stranger.get(f"/signed-in?code={code}&state={state}"), 503, "does not answer")
    turned_away(stranger, stranger.get("/sign-in"), 503, "does not answer")
    assert window.get("/reservations").status == 200


def test_while_the_hub_is_away_nobody_can_say_whose_a_token_is(window: Window, hub: HubServer) -> None:
    code, state = window.issuer.code_for(window.asked(), "mila")
    hub.away = True
    turned_away(window, window.get(f"/signed-in?code={code}&state={state}"), 503, "does not answer")


def test_a_session_ends_with_its_token(window: Window, clock: Clock) -> None:
    window.issuer.says.lasts, window.issuer.says.refreshes = 120, False
    window.sign_in("mila")
    assert window.get("/reservations").status == 200
    clock.ahead += 121
    assert window.get("/reservations").headers["location"] == "/enter?next=%2Freservations"


def test_who_leaves_is_forgotten_here_and_at_the_issuer(window: Window) -> None:
    window.sign_in("mila")
    assert window.issuer.refresh_tokens
    before = dict(window.jar)
    answer = window.post("/leave")
    assert ("Sign out there, too" in answer.text, f"/over?client_id={CLIENT}" in answer.text) == (True, True)
    assert (window.jar, window.issuer.refresh_tokens) == ({}, {})
    assert before[SESSION]


def test_the_form_for_a_token_goes_on_to_the_page_that_was_wanted(window: Window) -> None:
    answer = window.post("/enter?next=/floor", "token=token-of-ada")
    assert (answer.status, answer.headers["location"]) == (303, "/floor")
    elsewhere = window.post("/enter?next=https://evil.example", "token=token-of-ada")
    assert elsewhere.headers["location"] == "/"


def test_an_open_redirect_is_none(window: Window) -> None:
    for onward in ("//evil.example", "https://evil.example", "/%5Cevil.example"):
        assert window.sign_in("mila", onward).headers["location"] == "/"


def test_flows_are_taken_back_once_they_are_used(window: Window) -> None:
    window.asked()
    assert FLOWS in window.jar
    window.sign_in("mila")
    assert FLOWS in window.jar  # of the window that is still at the issuer's page
