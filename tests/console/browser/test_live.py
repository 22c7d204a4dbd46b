"""What happens while somebody looks: changes, a hub that goes and comes back, rights and sessions that end."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.console.asks import condition, huge
from tests.console.browser.conftest import Look, free_port, running, until, window
from tests.console.hub_server import HubServer

VISIBLE_SECONDS = 2.0


def test_a_change_at_the_hub_is_on_an_open_page_within_two_seconds(look: Look, hub: HubServer) -> None:
    page = look("token-of-mila").open("/reservations")
    page.wait_for_timeout(1_000)
    made = huge()
    hub.put("capacityreservations", {**made, "metadata": {**made["metadata"], "name": "brief"}})
    assert until(lambda: "mistral/brief" in page.inner_text("main")) <= VISIBLE_SECONDS
    hub.drop("capacityreservations", "mistral", "brief")
    assert until(lambda: "mistral/brief" not in page.inner_text("main")) <= VISIBLE_SECONDS


def test_a_word_that_changes_changes_on_the_page_of_its_reservation(look: Look, hub: HubServer) -> None:
    page = look("token-of-mila").open("/reservations/mistral/huge")
    page.wait_for_timeout(1_000)
    made = huge()
    made["status"] = {**made["status"], "conditions": [condition("Ready", "False", "LedgerFull")]}
    hub.put("capacityreservations", made)
    expect(page.locator("h1 .word")).to_have_text("LedgerFull", timeout=2_000)
    hub.put("capacityreservations", huge())


def test_a_hub_that_stops_answering_is_told_with_since_when_and_told_when_it_is_back(
    look: Look, hub: HubServer
) -> None:
    page = look("token-of-ada").open("/on-call")
    expect(page.locator("#pulse")).to_have_text("live")
    hub.away = True
    expect(page.locator("#blind")).to_contain_text("has not answered since 2027-01-15 08:", timeout=20_000)
    assert "abernathy" in page.inner_text("main")
    hub.away = False
    expect(page.locator("#pulse")).to_have_text("live", timeout=20_000)
    expect(page.locator("#blind")).to_be_hidden()


def test_a_viewer_who_loses_rights_sees_it_without_doing_anything(look: Look, hub: HubServer) -> None:
    page = look("token-of-mila").open("/reservations")
    assert "mistral/huge" in page.inner_text("main")
    hub.allows = lambda spec: "user" not in spec
    assert until(lambda: "mistral/huge" not in page.inner_text("main"), 45) <= 40


def test_a_session_that_ends_leads_to_the_door(chromium: Browser, hub: HubServer, tmp_path: Path) -> None:
    port = free_port()
    options = (f"--listen=127.0.0.1:{port}", f"--public=http://127.0.0.1:{port}", "--session-seconds=60")
    with running(hub, tmp_path, *options) as console:
        visit = window(chromium, console.origin)
        visit.enter("token-of-ada")
        visit.open("/on-call").wait_for_url("**/enter", timeout=75_000)
        visit.context.close()


def test_the_printed_address_lets_one_window_in(chromium: Browser, hub: HubServer, tmp_path: Path) -> None:
    with running(hub, tmp_path, f"--listen=127.0.0.1:{free_port()}") as console:
        first, second = window(chromium, console.origin), window(chromium, console.origin)
        first.page.goto(console.address)
        second.page.goto(console.address)
        assert first.page.url == f"{console.origin}/"
        assert "has been used" in second.page.inner_text("main")
        assert second.open("/on-call").url.endswith("/enter")
        first.context.close()
        second.context.close()


def test_offers_move_as_a_slider_moves(look: Look) -> None:
    page = look("token-of-mila").open("/when?namespace=mistral&accelerator=gb300-nvl72&count=1&days=20")
    expect(page.locator(".offers li")).not_to_have_count(0)
    before = page.locator("#answer").inner_text()
    page.get_by_label("How many", exact=False).first.fill("9")
    expect(page.locator("#answer")).not_to_have_text(before, use_inner_text=True, timeout=10_000)
    assert "count=9" in page.url
