"""One reservation changes its mind, over and over, with its pods running: what is in force is never lost meanwhile.

Each test goes on where the one before has ended. The reservation's nodes are watched all the time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.e2e.acts import POOL, SITE, after, amended, ask, becomes, clean, given_back, released, uid_of
from tests.e2e.watching import Seen, watching

from holdfast.hardware.names import (
    DRAINING_TAINT,
    NO_RESERVATION,
    RESERVATION_LABEL,
    RESERVATION_TAINT,
    UNIT_LABEL,
)
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import pod, pod_template
from holdfast_lab.story.reading import reason, units_of
from holdfast_lab.story.reading import reservation as read
from holdfast_lab.story.running import FOREVER, TPU

RUN = "mistral/run"
WALL = "anthropic/wall"
HOSTS = 16
"""Of one unit."""
pytestmark = [pytest.mark.lab, pytest.mark.e2e]


@dataclass(frozen=True)
class Run:
    """The reservation as its tenant handles it.

    `seen` has a line for each change of a node that is opened to it (ADDED), stays (MODIFIED) or is closed (DELETED):
    the event, the node's unit, the keys of its taints. `free` is what the pool had to give before.
    """

    context: Context
    uid: str
    seen: Seen
    free: int

    @property
    def status(self) -> dict[str, Any]:
        """What its tenant reads; the reservation is the one it was."""
        found = read(self.context.person("mistral"), RUN)
        assert found["metadata"]["uid"] == self.uid
        return {"ready": reason(found), **found["status"]}

    @property
    def units(self) -> set[str]:
        """The units granted to it, by the ledger."""
        return set(units_of(self.context.engineer(), self.uid))

    @property
    def left(self) -> set[str]:
        """Units of which a node was ever closed to it."""
        return {line.split()[1] for line in self.seen.lines if line.startswith("DELETED")}

    def amend(self, **spec: Any) -> None:
        """Change its spec, as its tenant."""
        amended(self.context.person("mistral"), RUN, **spec)

    def becomes(self, ready: str, **promised: Any) -> None:
        """Wait until it is ready for this reason, with this promised and all of its units open."""

        def as_wanted() -> str:
            status = self.status
            fits = promised.items() <= status["promised"].items() and status["ready"] == ready
            return "yes" if fits and status["access"][0]["units"] == status["promised"]["slices"] else ""

        self.context.until(as_wanted, 40, f"{RUN} {ready} with {promised}")

    def pods(self) -> dict[str, str]:
        """Its pods by name, each with its uid and phase."""
        found = self.context.person("mistral", SITE).get("pods", "-n", "mistral")["items"]
        return {
            one["metadata"]["name"]: f"{one['metadata']['uid']} {one['status']['phase']}" for one in found
        }

    def taints(self, unit: str) -> set[tuple[str, str]]:
        """Key and value of every taint of ours on a unit's nodes."""
        nodes = self.context.engineer(SITE).get("nodes", "-l", f"{UNIT_LABEL}={unit}")["items"]
        taints = [taint for node in nodes for taint in node["spec"].get("taints", [])]
        ours = (RESERVATION_TAINT, DRAINING_TAINT)
        return {(taint["key"], taint.get("value", "")) for taint in taints if taint["key"] in ours}

    def works_on(self, unit: str) -> None:
        """Start a pod on a unit, named after it, and wait until it runs."""
        template = pod_template(self.status["access"][0], TPU, FOREVER)
        template["spec"]["nodeSelector"] |= {UNIT_LABEL: unit}
        person = self.context.person("mistral", SITE)
        person.run("apply", "-n", "mistral", "-f", "-", stdin=json.dumps(pod(unit, template)))
        self.context.until(lambda: "yes" if "Running" in self.pods()[unit] else "", 30, f"a pod on {unit}")


@pytest.fixture(scope="module")
def run(context: Context) -> Iterator[Run]:
    """One slice for an hour, with a pod on it."""
    free = context.engineer().get("acceleratorpool", POOL)["status"]["capacity"]["free"]
    context.person("mistral").apply(ask(RUN))
    becomes(context, RUN, "Active")
    uid = uid_of(context, RUN)
    form = "{.type} {.object.metadata.labels.holdfast\\.dev/unit} {.object.spec.taints[*].key}"
    with watching(context.engineer(SITE), form, "nodes", "-l", f"{RESERVATION_LABEL}={uid}") as seen:
        run = Run(context, uid, seen, free)
        run.works_on(*run.units)
        yield run


def test_growing_adds_a_slice_and_the_first_one_never_leaves(run: Run) -> None:
    first, pods = run.units, run.pods()
    run.amend(count=2)
    run.becomes("Active", slices=2)
    assert (len(run.units), first < run.units) == (2, True)
    assert (run.left, run.pods()) == (set(), pods)
    run.works_on(*(run.units - first))


@pytest.mark.parametrize("seconds", [7200, 1800], ids=["extended", "shortened"])
def test_a_window_is_moved_and_nothing_else_is(run: Run, seconds: int) -> None:
    units, pods, end = run.units, run.pods(), after(seconds)
    run.amend(window={"end": end})
    run.becomes("Active", slices=2, end=end)
    assert (run.units, run.left, run.pods()) == (units, set(), pods)


def test_shrinking_hands_back_one_slice_clean_and_the_other_keeps_its_pod(run: Run) -> None:
    before, pods = run.units, run.pods()
    run.amend(count=1)
    run.becomes("Active", slices=1)
    run.context.until(lambda: "yes" if granted(run.context) == run.units else "", 40, "one slice handed back")
    [kept], [returned] = run.units, before - run.units
    assert run.pods() == {kept: pods[kept]}
    assert run.left == {returned}
    assert run.taints(returned) == {(RESERVATION_TAINT, NO_RESERVATION)}
    assert run.taints(kept) == {(RESERVATION_TAINT, run.uid)}


def granted(context: Context) -> set[str]:
    """Every unit of the pool that is in somebody's hands, or on its way back."""
    return set(context.engineer().get("acceleratorpool", POOL)["status"]["units"])


def test_growth_that_does_not_fit_is_held_with_its_reason_and_follows_once_there_is_room(run: Run) -> None:
    units, pods, left = run.units, run.pods(), run.left
    run.context.person("anthropic").apply(ask(WALL, run.free - 1))
    becomes(run.context, WALL, "Active")
    run.amend(count=2)
    run.context.until(lambda: run.status.get("amendment", ""), 20, "the amendment is answered")
    held = run.status
    assert (held["amendment"]["reason"], held["amendment"]["message"]) == (
        "WindowConflict",
        "other promises hold the units for some of that window; what was promised before stays in force",
    )
    assert (held["ready"], held["promised"]["slices"], run.units) == ("Active", 1, units)
    given_back(run.context, WALL)
    run.becomes("Active", slices=2)
    assert "amendment" not in run.status
    assert (units < run.units, run.left, run.pods()) == (True, left, pods)


def test_notice_is_given_when_the_end_comes_near_and_taken_back_when_it_moves_away(run: Run) -> None:
    units, pods, left = run.units, run.pods(), run.left
    run.amend(window={"end": after(10)})
    run.seen.until(lambda lines: sum(DRAINING_TAINT in line for line in lines) >= HOSTS * len(units))
    ready = run.status["ready"]
    run.amend(window={"end": after(3600)})
    assert ready == "Expiring"
    run.becomes("Active")
    run.context.until(lambda: "" if draining(run) else "yes", 20, "its nodes take new pods again")
    assert (run.units, run.left, run.pods()) == (units, left, pods)


def draining(run: Run) -> bool:
    """Whether a unit of it takes no new pods."""
    return any((DRAINING_TAINT, run.uid) in run.taints(unit) for unit in run.units)


def test_when_it_is_cancelled_its_units_are_clean_and_free_and_its_promise_is_closed(run: Run) -> None:
    units = run.units
    run.context.person("mistral").run("delete", "cares", "run", "-n", "mistral")
    released(run.context, run.uid)
    promise = run.context.engineer().get("capacitypromise", run.uid)["spec"]
    ledger = run.context.engineer().get("acceleratorpool", POOL)["status"]
    assert (promise["state"], promise["cause"]) == ("Released", "Cancelled")
    assert (ledger["promises"], ledger["units"], ledger["capacity"]["free"]) == ({}, {}, run.free)
    assert [run.taints(unit) for unit in units] == [{(RESERVATION_TAINT, NO_RESERVATION)}] * 2
    assert run.pods() == {}
    assert clean(run.context).startswith("clean")
