"""Which steps a story has, and what is told of those whose companion does not run."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from holdfast_lab.running import Lab
from holdfast_lab.state import StateFolder
from holdfast_lab.story.context import Context, NotObserved
from holdfast_lab.story.report import STORY, Step, play, story, summary

QUEUED = frozenset({"kueue"})


def seen(_context: Context) -> str:
    """A step that is observed."""
    return "seen"


def missed(_context: Context) -> str:
    """A step that is not."""
    raise NotObserved("nothing came")


def told(*steps: Step, absent: dict[str, str] | None = None) -> tuple[list[tuple[bool, bool]], str]:
    """(observed, played) of each step that was reached, and the report."""
    console = Console(record=True, width=200, file=StringIO())
    outcomes = play(Context(Lab(StateFolder(Path("/nowhere")), {})), console, steps, absent)
    console.print(summary(steps, outcomes))
    return [(one.observed, one.played) for one in outcomes], console.export_text()


def test_a_story_without_companions_has_no_step_that_needs_one() -> None:
    assert [step for step in story() if step.needs] == []
    assert set(STORY) - set(story(["kueue"])) == {step for step in STORY if "jobset" in step.needs}


def test_a_step_that_a_companion_tells_better_is_left_out_with_it() -> None:
    assert set(STORY) - set(story(["jobset", "kueue"])) == {step for step in STORY if "jobset" in step.unless}
    assert [step for step in story() if step.unless] == [step for step in STORY if step.unless]


def test_a_step_whose_companion_does_not_run_is_told_as_not_run_and_the_story_goes_on() -> None:
    steps = (Step("A job is queued", seen, QUEUED), Step("A pod runs", seen))
    outcomes, report = told(*steps, absent={"kueue": "it could not be built"})
    assert outcomes == [(False, False), (True, True)]
    assert "not run: it could not be built" in report


def test_a_step_that_is_missed_ends_the_story() -> None:
    outcomes, report = told(Step("A pod runs", missed), Step("A pod ends", seen))
    assert outcomes == [(False, True)]
    assert "not played" in report
