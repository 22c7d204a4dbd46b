"""Clocks apart: the hub's is the one that counts, whatever the viewer's machine and the console's say.

The hub of these tests lives on 2027-01-15; the console's process on the machine's own day, which is another; and each
viewer here has a clock that is wrong by more than a session.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.builders import DAY, HOUR, NOW
from tests.console.browser.conftest import Running, Visit, free_port, running, until, window
from tests.console.hub_server import HubServer

SHORT, NEAR = 60, 120
"""Seconds of a session, and seconds that a module of tests may take."""


def wrong_by(chromium: Browser, origin: str, seconds: int) -> Visit:
    """The window of an engineer whose clock is so far from the hub's."""
    visit = window(chromium, origin)
    visit.page.clock.set_system_time(NOW + seconds)
    visit.enter("token-of-ada")
    return visit


@pytest.mark.parametrize("days", [-400, 400])
def test_a_viewer_whose_clock_is_wrong_sees_the_hubs_now_and_keeps_the_session(
    chromium: Browser, console: Running, days: int
) -> None:
    visit = wrong_by(chromium, console.origin, days * DAY)
    page = visit.open("/")
    assert abs(int(float(page.locator("#chart").get_attribute("data-now") or 0)) - NOW) < NEAR
    expect(page.locator("#pulse")).to_have_text("live")
    visit.open("/on-call")
    assert page.url.endswith("/on-call")
    visit.context.close()


def test_a_clock_that_jumps_while_somebody_looks_makes_no_silence(
    chromium: Browser, console: Running
) -> None:
    visit = wrong_by(chromium, console.origin, 0)
    page = visit.open("/on-call")
    expect(page.locator("#pulse")).to_have_text("live")
    page.clock.set_system_time(NOW + 40 * DAY)
    page.wait_for_timeout(6_000)
    expect(page.locator("#pulse")).to_have_text("live")
    expect(page.locator("#blind")).to_be_hidden()
    visit.context.close()


def test_silence_is_told_by_the_hubs_time(chromium: Browser, hub: HubServer, tmp_path: Path) -> None:
    port = free_port()
    with running(hub, tmp_path, f"--listen=127.0.0.1:{port}", f"--public=http://127.0.0.1:{port}") as one:
        visit = wrong_by(chromium, one.origin, 400 * DAY + 5 * HOUR)
        page = visit.open("/on-call")
        expect(page.locator("#pulse")).to_have_text("live")
        os.kill(one.process.pid, signal.SIGSTOP)
        try:
            expect(page.locator("#blind")).to_contain_text("not been heard since 08:", timeout=40_000)
        finally:
            os.kill(one.process.pid, signal.SIGCONT)
        visit.context.close()


def test_a_session_ends_by_the_hubs_clock_alone(chromium: Browser, hub: HubServer, tmp_path: Path) -> None:
    port = free_port()
    options = (
        f"--listen=127.0.0.1:{port}",
        f"--public=http://127.0.0.1:{port}",
        f"--session-seconds={SHORT}",
    )
    with running(hub, tmp_path, *options) as one:
        visit = wrong_by(chromium, one.origin, -400 * DAY)
        page = visit.open("/on-call")
        assert page.url.endswith("/on-call")
        took = until(lambda: visit.open("/on-call").url.endswith("/enter"), SHORT + 20)
        assert took > SHORT / 2
        visit.context.close()
