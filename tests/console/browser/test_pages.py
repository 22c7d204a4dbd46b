"""Every page, for everybody, as a real browser shows it: no complaint, no serious finding, nothing of others."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.console.asks import LAKE
from tests.console.browser.conftest import Look

ASKED = "/when?namespace=mistral&accelerator=tpu7x&topology=4x4x4&count=1&days=10"
PAGES = (
    "/",
    "/?view=table",
    "/floor",
    "/reservations",
    "/reservations/mistral/pretrain-q1",
    "/reservations/mistral/huge",
    ASKED,
    "/on-call",
)
ENGINEERS = (*PAGES, f"/floor/{LAKE}", "/reservations/acme/finetune")
SERIOUS = ("serious", "critical")


def findings(page: Page) -> list[str]:
    """What axe-core finds serious."""
    found = json.loads(json.dumps(Axe().run(page).response))["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in SERIOUS]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_finding_for_who_cannot_see_it(look: Look, scheme: str) -> None:
    visit = look("token-of-ada", color_scheme=scheme)
    assert {path: found for path in ENGINEERS if (found := findings(visit.open(path)))} == {}
    assert visit.wrong == []


def test_a_phone_shows_every_page_without_scrolling_sideways(look: Look) -> None:
    visit = look("token-of-ada", viewport={"width": 390, "height": 844}, has_touch=True)
    wide = {
        path: visit.open(path).evaluate("document.documentElement.scrollWidth - innerWidth")
        for path in ENGINEERS
    }
    assert {path: by for path, by in wide.items() if by > 0} == {}
    assert findings(visit.page) == []


@pytest.mark.parametrize("path", ENGINEERS)
def test_what_others_have_written_is_never_obeyed(look: Look, path: str) -> None:
    visit = look("token-of-ada")
    page = visit.open(path)
    page.wait_for_timeout(300)
    assert "owned" not in page.title()
    assert page.locator("img[src=x]").count() == 0
    assert visit.wrong == []


def test_a_tenant_sees_its_own_and_nothing_of_others(look: Look) -> None:
    visit = look("token-of-mila")
    for path in PAGES:
        text = visit.open(path).inner_text("body")
        assert [word for word in ("anthropic", "acme", "cube-10", "TeraWulf") if word in text] == []
    visit.open("/reservations/acme/finetune")
    assert "Not here" in visit.page.inner_text("main")


def test_a_stranger_comes_in_and_sees_that_there_is_nothing_for_them(look: Look) -> None:
    visit = look("token-of-eve")
    assert "Nothing is promised to you yet" in visit.open("/").inner_text("main")
    assert "is for who may read pools" in visit.open("/floor").inner_text("main")
    assert "no namespace in which you may ask" in visit.open(ASKED).inner_text("main")


@pytest.mark.parametrize("path", ENGINEERS)
def test_without_scripts_every_page_is_there_and_the_calendar_is_its_table(look: Look, path: str) -> None:
    visit = look("token-of-ada", java_script_enabled=False)
    page = visit.open(path)
    assert page.locator("h1").count() == 1
    if path == "/":
        assert page.get_by_role("row").count() == 5
        assert page.locator("canvas").is_hidden()


def test_the_door_says_what_is_wrong_with_a_token(look: Look, console: object) -> None:
    visit = look("token-of-ada")
    visit.page.get_by_role("button", name="Leave").click()
    assert "You have left" in visit.page.inner_text("h1")
    visit.open("/enter")
    visit.page.get_by_label("Your bearer token").fill("forged")
    visit.page.get_by_role("button", name="Enter").click()
    assert "does not take this token" in visit.page.inner_text("main")
    assert findings(visit.page) == []
