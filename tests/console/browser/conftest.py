"""The shipped console in a process of its own, and people who look at it with a real Chromium.

Chromium is Debian's package `chromium`. Where it is not installed nothing here is run, and that is what is reported;
with HOLDFAST_BROWSER=required that is an error.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.builders import NOW
from tests.console import world
from tests.console.conftest import account_and_people
from tests.console.hub_server import HubServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
NEEDED = "not run: it needs Chromium, Debian's package chromium (apt-get install -y chromium)"
NOT_RUN = pytest.mark.skip(reason=NEEDED)  # a system package is missing; .ci/run requires it
READY_SECONDS = 30.0
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    for test in items:
        if HERE in test.path.parents:
            test.add_marker(pytest.mark.browser)
            if not CHROMIUM and os.environ.get("HOLDFAST_BROWSER") != "required":
                test.add_marker(NOT_RUN)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    assert CHROMIUM, NEEDED
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Running:
    """A console that runs: its process, what to open, and its hub."""

    process: subprocess.Popen[str]
    address: str
    hub: HubServer
    said: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Where its pages are."""
        return self.address.partition("/enter")[0]


@contextmanager
def running(hub: HubServer, folder: Path, *options: str) -> Iterator[Running]:
    """`holdfast console` on a hub, until the block ends."""
    kubeconfig = hub.kubeconfig(folder / f"kubeconfig-{len(options)}")
    with started(kubeconfig, folder, *options) as (process, address):
        yield Running(process, address, hub)


@contextmanager
def started(kubeconfig: Path, folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`holdfast console` and the address it prints, until the block ends."""
    command = [sys.executable, "-m", "holdfast", "console", f"--kubeconfig={kubeconfig}", *options]
    with (folder / "console.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def hub() -> Iterator[HubServer]:
    """The fleet of tests.console.world."""
    server = HubServer(world.collections(), NOW, world.PEOPLE)
    server.allows = account_and_people
    yield server
    server.close()


@pytest.fixture(scope="module")
def console(hub: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A console that everybody shows a token of their own."""
    port = free_port()
    options = (f"--listen=127.0.0.1:{port}", f"--public=http://127.0.0.1:{port}", "--session-seconds=600")
    with running(hub, tmp_path_factory.mktemp("console"), *options) as one:
        yield one


@pytest.fixture(autouse=True)
def as_before(hub: HubServer) -> Iterator[None]:
    """Each test begins with a hub that answers."""
    hub.allows, hub.away = account_and_people, False
    yield
    hub.allows, hub.away = account_and_people, False


@dataclass
class Visit:
    """One person's window. `wrong` is what the page or its policy complained of."""

    page: Page
    context: BrowserContext
    origin: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the console, and wait until it has what it asked for."""
        self.page.goto(self.origin + path)
        self.page.wait_for_load_state("load")
        return self.page

    def enter(self, token: str) -> None:
        """Come in with a token."""
        self.open("/enter").get_by_label("Your bearer token").fill(token)
        self.page.get_by_role("button", name="Enter").click()
        self.page.wait_for_url(f"{self.origin}/")


Look = Callable[..., Visit]


@pytest.fixture
def look(chromium: Browser, console: Running) -> Iterator[Look]:
    """Windows of people with a token; `no` script, dark or small as a test says by what a context may be told."""
    open_ones: list[Visit] = []

    def enter(token: str, **options: Any) -> Visit:
        visit = window(chromium, console.origin, **options)
        open_ones.append(visit)
        visit.enter(token)
        return visit

    yield enter
    for one in open_ones:
        one.context.close()


def window(chromium: Browser, origin: str, **options: Any) -> Visit:
    """A window in which nobody has come in yet."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(8_000)
    page = context.new_page()
    visit = Visit(page, context, origin)
    page.on("console", lambda said: visit.wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: visit.wrong.append(str(error)))
    return visit


def until(true: Callable[[], bool], seconds: float = READY_SECONDS) -> float:
    """Wait for it; how long that took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + seconds
        time.sleep(0.05)
    return time.monotonic() - began
