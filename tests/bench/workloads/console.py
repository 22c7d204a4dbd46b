"""The console at full size: 109 pools, 20,000 reservations, 15,696 units, looked at with a real Chromium.

The hub is HTTP from memory (tests/console/hub_server.py); the console is the shipped process, the browser Debian's.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright
from tests.bench.documents import namespaces, pages
from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import Fleet, at_rest
from tests.bench.workload import Form, Workload
from tests.builders import NOW
from tests.console.browser.conftest import CHROMIUM, NEEDED, Running, running, until
from tests.console.hub_server import HubServer
from tests.documents import Document

LIVE, SHORT = 20_000, 60
READ_SECONDS = 120.0
MOVES = 60
"""Steps of the wheel for scrolling, and as many for zooming."""
PICTURE, MOVED, CHANGE = "first picture, caches warm", "moved for it", "a change at the hub, visible"
MEMORY, DROPPED = "console process, resident at most", "frames dropped while scrolling and zooming"
LINES = (
    Line(PICTURE, "s", at_most(1)),
    Line(MOVED, "kB", at_most(300)),
    Line(CHANGE, "s", at_most(2)),
    Line(MEMORY, "MB", at_most(600)),
    Line(DROPPED, "%", at_most(5)),
)


def measure(form: Form) -> Iterator[Readings]:
    """All five, one after the other, in one browser."""
    if not CHROMIUM:
        yield from (Readings(line.metric, why=NEEDED) for line in LINES)
        return
    hub = HubServer(collections(form), NOW)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(hub, Path(folder), "--listen=127.0.0.1:0") as console,
    ):
        yield from _looked_at(console, form)
    hub.close()


def collections(form: Form) -> dict[str, list[Document]]:
    """The fleet at rest, every status told, as an API server would list it."""
    world = at_rest(Fleet(live=form.of(LIVE, SHORT), pools=form.pools))
    world.speak(world.turn().plan)
    found: dict[str, list[Document]] = {}
    for sent in pages(world.snapshot):
        found.setdefault(sent.plural, []).extend(json.loads(sent.body)["items"])
    labels = namespaces(world.snapshot).items()
    spaces = [{"metadata": {"name": name, "labels": one, "resourceVersion": "9"}} for name, one in labels]
    return {**found, "namespaces": spaces}


def _looked_at(console: Running, form: Form) -> Iterator[Readings]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(console.address)
        until(lambda: page.request.get(f"{console.origin}/readyz").status == 200, READ_SECONDS)
        pictures = [_picture(page, console.origin) for _ in range(form.times)]
        yield Readings(PICTURE, tuple(seconds for seconds, _ in pictures))
        yield Readings(MOVED, tuple(kilobytes for _, kilobytes in pictures))
        yield Readings(CHANGE, tuple(_change(page, console, n) for n in range(form.times)))
        yield Readings(DROPPED, tuple(_dropped(page, console.origin) for _ in range(form.times)))
        yield Readings(MEMORY, (_resident(console.process.pid),))
        browser.close()


def _picture(page: Page, origin: str) -> tuple[float, float]:
    """Seconds from the click to every row in sight with its bars, and kilobytes, with nothing kept from before."""
    told = page.context.new_cdp_session(page)
    sizes: list[float] = []
    told.send("Network.enable")
    told.send("Network.setCacheDisabled", {"cacheDisabled": True})
    told.on("Network.loadingFinished", lambda said: sizes.append(said["encodedDataLength"]))
    page.goto(origin + "/")
    until(lambda: bool(page.evaluate("performance.getEntriesByName('drawn').length")))
    took = float(page.evaluate("performance.getEntriesByName('drawn')[0].startTime"))
    told.detach()
    return took / 1_000, sum(sizes) / 1_000


def _change(page: Page, console: Running, number: int) -> float:
    """Seconds from a write at the hub to its name on an open page."""
    name = f"brief-{number}"
    page.goto(f"{console.origin}/reservations?q={name}")
    page.wait_for_timeout(1_500)
    spec = {"acceleratorType": "tpu7x", "topology": "4x4x4", "count": 1, "window": {"durationSeconds": 3_600}}
    began = time.monotonic()
    console.hub.put(
        "capacityreservations",
        {"apiVersion": "holdfast.dev/v1alpha1", "kind": "CapacityReservation", "spec": spec,
         "metadata": {"name": name, "namespace": "tenant-00", "uid": f"{number:036x}", "generation": 1}},
    )  # fmt: skip
    page.locator("main").get_by_text(f"tenant-00/{name}").wait_for()
    return time.monotonic() - began


def _dropped(page: Page, origin: str) -> float:
    """Percent of the frames that Chromium's compositor was to show and did not."""
    page.goto(origin + "/")
    until(lambda: bool(page.evaluate("performance.getEntriesByName('drawn').length")))
    told = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    told.on("Tracing.dataCollected", lambda said: events.extend(said["value"]))
    told.send("Tracing.start", {"traceConfig": {"includedCategories": ["cc", "benchmark"]}})
    _move(page)
    _stopped(page, told)
    states: list[str] = [one["args"]["chrome_frame_reporter"]["state"] for one in events if _ends(one)]
    dropped = sum(state == "STATE_DROPPED" for state in states)
    told.detach()
    return 100.0 * dropped / max(1, len(states) - states.count("STATE_NO_UPDATE_DESIRED"))


def _move(page: Page) -> None:
    page.mouse.move(800, 500)
    for step in range(MOVES):
        page.mouse.wheel(0, 60 if step < MOVES / 2 else -60)
        page.wait_for_timeout(16)
    page.keyboard.down("Control")
    for step in range(MOVES):
        page.mouse.wheel(0, -40 if step < MOVES / 2 else 40)
        page.wait_for_timeout(16)
    page.keyboard.up("Control")


def _stopped(page: Page, told: CDPSession) -> None:
    done: list[object] = []

    def complete(said: object) -> None:
        done.append(said)

    told.on("Tracing.tracingComplete", complete)
    told.send("Tracing.end")
    while not done:
        page.wait_for_timeout(50)


def _ends(event: dict[str, Any]) -> bool:
    return event["name"] == "PipelineReporter" and "chrome_frame_reporter" in event.get("args", {})


def _resident(pid: int) -> float:
    """Megabytes, the most there have been."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1_024


CONSOLE = Workload(
    "console", "109 pools, 20,000 reservations, 15,696 units in a real Chromium", LINES, measure, 400
)
