"""What the sweep is played on: short stories, a step at a time; between the steps everybody takes some rounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.lifetimes import hosts, tenants
from tests.simulation.lifetimes.parameters import Parameters
from tests.simulation.lifetimes.world import World
from tests.simulation.storage import Document

from holdfast.hardware.instants import text_of

Step = Callable[[World], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story: the units of its two pools at one site, and its steps."""

    name: str
    units: tuple[int, int]
    steps: tuple[Step, ...]

    @property
    def shape(self) -> Parameters:
        """Two planners that both believe to lead and two agents; the second ones only act when they take over."""
        units = (*self.units, 0)
        return Parameters(2, 2, True, units, hosts=1, chips=100_000, turn_around=0, spares=0, clocks=0)


def ask(who: str, count: int = 1, topology: str = "4x4x4", start: int = 0, end: int = 300) -> Step:
    """A tenant asks for a fixed window, in seconds from now; without a start it means now."""

    def step(world: World) -> None:
        now = int(world.time.epoch())
        window = {"end": text_of(now + end)} | ({"start": text_of(now + start)} if start else {})
        spec: Document = {"acceleratorType": "tpu7x", "topology": topology, "count": count, "window": window}
        tenants.asks(world, f"{who}-lab", "job-x", spec)

    return step


def amend(who: str, count: int | None = None, start: int = 0, end: int = 0) -> Step:
    """A tenant changes count, or the window, in seconds from now."""

    def step(world: World) -> None:
        now = int(world.time.epoch())
        change: Document = {}
        if count is not None:
            change["count"] = count
        if end:
            change["window"] = {"end": text_of(now + end), "start": text_of(now + start) if start else None}
        tenants.amends(world, f"{who}-lab", "job-x", change)

    return step


def cancel(who: str) -> Step:
    """A tenant deletes its reservation."""
    return lambda world: tenants.cancels(world, f"{who}-lab", "job-x")


def wait(seconds: int) -> Step:
    """Time goes by; whoever acts takes a round every few seconds (the sweep does that for every step)."""

    def step(world: World) -> None:
        world.due = seconds

    return step


def run_pods(world: World) -> None:
    """Tenants use what is open to them."""
    tenants.pods(world, 0, 0)


def fail_first(world: World) -> None:
    """The first host that is in somebody's hands is not ready."""
    hosts.fail_held(world)


SCENARIOS = (
    Scenario("first promise", (2, 0), (ask("mistral", 2), run_pods)),
    Scenario("amendment up", (3, 0), (ask("mistral"), amend("mistral", 3), run_pods)),
    Scenario("amendment down", (3, 0), (ask("mistral", 3), run_pods, amend("mistral", 1))),
    Scenario(
        "postponed as it opens",
        (1, 0),
        (ask("mistral", start=20), wait(12), amend("mistral", start=40, end=200), wait(36)),
    ),
    Scenario("cancelled", (2, 0), (ask("mistral", 2), run_pods, cancel("mistral"), wait(40))),
    Scenario(
        "made anew under its name", (2, 0), (ask("mistral", 2), cancel("mistral"), ask("mistral"), wait(40))
    ),
    Scenario("failed and replaced", (3, 0), (ask("mistral", 2), run_pods, fail_first, wait(12))),
    Scenario("failed twice", (7, 0), (ask("mistral", 2), fail_first, wait(12), fail_first, wait(12))),
    Scenario(
        "from one tenant to the next",
        (1, 0),
        (ask("mistral", end=20), run_pods, ask("anthropic", start=30), wait(51), run_pods),
    ),
    Scenario("two pools for one", (1, 1), (ask("mistral", 2), run_pods, amend("mistral", 1), wait(6))),
    Scenario(
        "window after window",
        (2, 0),
        (ask("mistral", 2, end=15), ask("anthropic", 2, start=25, end=60), run_pods, wait(50)),
    ),
    Scenario("two tenants at once", (1, 1), (ask("mistral"), ask("anthropic"), ask("poolside"), run_pods)),
    Scenario(
        "amended twice while it is committed",
        (3, 0),
        (ask("mistral"), amend("mistral", 3, end=200), amend("mistral", 2, end=250), wait(6)),
    ),
    Scenario(
        "moved before it begins",
        (1, 1),
        (ask("mistral", start=60), fail_first, amend("mistral", 2, 80, 300), wait(9)),
    ),
)
