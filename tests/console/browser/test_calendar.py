"""The calendar under hands and keys: what is drawn is told, what is pointed at is opened."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.console.asks import LAKE
from tests.console.browser.conftest import Look, until

TIMELINE = "Timeline of 4 pools"


def opened(look: Look, path: str = "/") -> Page:
    page = look("token-of-ada").open(path)
    until(lambda: bool(page.evaluate("performance.getEntriesByName('drawn').length")))
    return page


def test_keys_step_through_promises_and_open_one(look: Look) -> None:
    page = opened(look)
    page.get_by_role("application", name=TIMELINE).focus()
    page.keyboard.press("n")
    expect(page.locator("#readout")).to_contain_text("mistral/next")
    page.keyboard.press("n")
    expect(page.locator("#readout")).to_contain_text(
        "anthropic/pretrain of anthropic: 12 units of abernathy.tpu7x-a"
    )
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reservations/mistral/next")


def test_pointing_tells_and_a_click_opens(look: Look) -> None:
    page = opened(look)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    row = (box["height"] - 26) / 4
    page.mouse.move(box["x"] + 700, box["y"] + 26 + 1.5 * row)
    expect(page.locator("#readout")).to_contain_text("anthropic/pretrain")
    page.mouse.click(box["x"] + 700, box["y"] + 26 + 1.5 * row)
    page.wait_for_url("**/reservations/anthropic/pretrain")


def test_zooming_and_moving_changes_the_picture_and_now_brings_it_back(look: Look) -> None:
    page = opened(look)
    pictures = [picture(page)]
    for name in ("Zoom in", "Zoom out", "Year", "Day", "Now"):
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(100)
        pictures.append(picture(page))
    page.get_by_role("application", name=TIMELINE).press("ArrowRight")
    page.wait_for_timeout(100)
    pictures.append(picture(page))
    assert len(set(pictures)) >= 6


def picture(page: Page) -> str:
    """What the canvas shows."""
    return str(page.evaluate("document.querySelector('canvas').toDataURL()"))


def test_dragging_moves_time(look: Look) -> None:
    page = opened(look)
    before, box = picture(page), page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 700, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 300, steps=5)
    page.mouse.up()
    page.wait_for_timeout(100)
    assert picture(page) != before
    assert page.url.endswith("/")


def test_the_table_says_the_same(look: Look) -> None:
    page = opened(look)
    page.get_by_role("button", name="Table").click()
    row = page.get_by_role("row", name=LAKE)
    expect(row).to_contain_text("2 from 2027-02-04 08:00")
    expect(row).to_contain_text("24 from 2027-02-14 08:00")
    expect(page.locator("canvas")).to_be_hidden()


def test_a_filter_leaves_the_pools_that_are_like_it(look: Look) -> None:
    page = opened(look)
    page.get_by_label("Accelerator").select_option("tpu7x")
    page.wait_for_url("**accelerator=tpu7x**")
    expect(page.get_by_role("application", name="Timeline of 2 pools")).to_be_visible()
