from __future__ import annotations

import pytest

from holdfast.console.sign_in.flows import GOOD_SECONDS, Flows, inside

KEY = b"k" * 32


def flows(now: float = 1_000, key: bytes = KEY) -> Flows:
    return Flows(key, lambda: now)


def test_a_flow_is_found_by_its_state_once() -> None:
    flow, cookie = flows().begin("", "/floor")
    found, rest = flows().take(cookie, flow.state)
    assert (found, found and found.onward) == (flow, "/floor")
    assert flows().take(rest, flow.state)[0] is None


def test_nothing_of_two_flows_is_the_same_and_nothing_can_be_guessed() -> None:
    first, second = flows().begin("", "/")[0], flows().begin("", "/")[0]
    said = {first.state, first.nonce, first.verifier, second.state, second.nonce, second.verifier}
    assert (len(said), min(map(len, said)) >= 43) == (6, True)


def test_several_windows_have_a_flow_each_and_the_newest_three_stay() -> None:
    cookie, begun = "", []
    for _ in range(4):
        flow, cookie = flows().begin(cookie, "/")
        begun.append(flow)
    assert [flows().take(cookie, flow.state)[0] for flow in begun] == [None, *begun[1:]]


def test_a_flow_is_good_for_ten_minutes() -> None:
    flow, cookie = flows().begin("", "/")
    assert flows(1_000 + GOOD_SECONDS - 1).take(cookie, flow.state)[0] == flow
    assert flows(1_000 + GOOD_SECONDS).take(cookie, flow.state)[0] is None


@pytest.mark.parametrize("cookie", ["", "x", "a.b", '[["s","n","v","/",1000]]'])
def test_a_forged_cookie_holds_no_flow(cookie: str) -> None:
    assert flows().take(cookie, "s") == (None, "")


def test_a_cookie_of_another_key_holds_no_flow() -> None:
    flow, cookie = flows(key=b"x" * 32).begin("", "/")
    assert flows().take(cookie, flow.state)[0] is None


LEADS_ASTRAY = (
    "", "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "evil.example", "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "/\r\nset-cookie: a=b", "/\x00",
    "/é", "/" + "x" * 700, "/leave", "/enter", "/enter?token=x", "/sign-in?next=/", "/signed-in?code=x", "/renew/",
)  # fmt: skip


@pytest.mark.parametrize("address", LEADS_ASTRAY)
def test_an_address_that_could_lead_elsewhere_or_in_a_circle_leads_home(address: str) -> None:
    assert inside(address) == "/"


@pytest.mark.parametrize(
    "address", ["/", "/floor", "/when?count=9&n=a%2Fb", "/reservations/a/b#story", "/floor/a.b"]
)
def test_a_page_of_the_console_is_gone_on_to(address: str) -> None:
    assert inside(address) == address
