"""Whole lifetimes: they are whole, they are the same in every run, and they find what is planted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest
from tests.simulation.lifetimes import checks, rest
from tests.simulation.lifetimes.life import live
from tests.simulation.lifetimes.minimise import minimised
from tests.simulation.lifetimes.moves import (
    ALWAYS,
    EVENTS,
    FAULTS,
    MAINTENANCE,
    QUESTION,
    RESHAPE,
    SERIES,
    STRAND,
    TERMS,
    TOGETHER,
    Move,
)
from tests.simulation.lifetimes.parameters import moves, parameters
from tests.simulation.lifetimes.story import Story, read_story, told
from tests.simulation.lifetimes.wires import Net

from holdfast.agent.desired import Closed, Desired
from holdfast.agent.handover import HandOver
from holdfast.agent.observed import ObservedUnit
from holdfast.hub.deletion_proof import DeletionProof
from holdfast.planner import plan as planning
from holdfast.planner.admission import moving_on
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.upkeep import handback, opening

LATER = {MAINTENANCE, QUESTION, STRAND, TERMS, SERIES, RESHAPE, TOGETHER}
"""What is drawn by streams of its own."""
DRAWN = 4240193182
"""A checksum of the first fifty lives, queries left out."""
ASKS = 5
"""A seed in whose life queries are asked that are soon to be deleted."""
TOGETHERS = 42
"""A seed in whose life slices are asked for that open together, of which one pool has none yet."""
STORIES = sorted((Path(__file__).parent / "stories").glob("*.json"))
CANCELS = 7
"""A seed in whose life somebody cancels a promise, or a window ends, and units come back."""


@pytest.mark.parametrize("seed", range(3))
def test_a_lifetime_is_whole(seed: int) -> None:
    assert live(parameters(seed), moves(seed)).broken == ""


def test_the_same_seed_is_the_same_life() -> None:
    one, other = (live(parameters(5), moves(5), story=True) for _ in range(2))
    assert one.story == other.story
    assert one.calls == other.calls > 100


def test_the_swarm_knows_every_fault_and_every_event() -> None:
    seen = {move.verb for seed in range(60) for move in moves(seed)}
    assert seen == {*ALWAYS, *EVENTS, *FAULTS, *LATER}


def test_without_what_came_later_every_seed_is_the_life_it_was() -> None:
    drawn = [tuple(move) for seed in range(50) for move in moves(seed) if move.verb not in LATER]
    assert crc32(repr(drawn).encode()) == DRAWN


def test_queries_are_asked_answered_and_cleared_away() -> None:
    told = "\n".join(live(parameters(ASKS), moves(ASKS), story=True).story)
    for call in (r"-lab +POST", r"planner-\d +PATCH", r"planner-\d +DELETE"):
        assert re.search(rf"{call} \S*/availabilityqueries\S* → 20", told), call


def test_a_planner_that_opens_one_part_while_another_cannot_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert live(parameters(TOGETHERS), moves(TOGETHERS)).broken == ""
    monkeypatch.setattr(opening, "_all_can", lambda _, __: True)
    assert "I19: " in live(parameters(TOGETHERS), moves(TOGETHERS)).broken


def stranded() -> str:
    """What is broken in a life where one unit's slice moves to the pool beside, while its agent is slow to open it."""
    calm, planner = Move("calm", 0, 0), Move("round", 0, 0)
    shape = replace(parameters(2), units=(1, 1, 1), replicas=1, agents=1, spares=0, slices=0, chips=100_000)
    strand = Move(STRAND, 0, 1)
    return live(shape, (strand, *[calm] * 3, strand, calm, *[planner] * 8, *[calm] * 6)).broken


def test_a_slice_that_leaves_before_it_is_open_where_it_goes_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert stranded() == ""
    monkeypatch.setattr(moving_on, "is_open", lambda _, __: True)
    assert "units were told open in lake-mariner" in stranded()


def test_a_planner_that_answers_no_query_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "answered", lambda _: {})
    assert "has no answer at rest" in live(parameters(ASKS), moves(ASKS)).broken


def test_an_answer_that_stands_for_ever_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "expired", lambda _: ())
    assert "and is still there" in live(parameters(ASKS), moves(ASKS)).broken


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_what_was_broken_once_is_whole(path: Path) -> None:
    assert read_story(path).play().broken == ""


def a_careless_hand_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units are free before their agent has reported them clean."""

    def free_at_once(sheet: Sheet, name: str) -> None:
        if sheet.as_read.grants[name].state != "Active":
            sheet.return_unit(name)

    monkeypatch.setattr(handback, "_hand_back_unit", free_at_once)


def test_a_planted_bug_is_found_told_and_made_short(monkeypatch: pytest.MonkeyPatch) -> None:
    a_careless_hand_back(monkeypatch)
    shape, whole = parameters(CANCELS), moves(CANCELS)
    broken = live(shape, whole).broken
    assert broken.startswith("I10"), broken
    shorter, few = minimised(shape, whole, broken, seconds=20)
    assert len(few) < len(whole) / 2
    assert "was never reported clean of it" in told(live(shorter, few, story=True), shorter, few)


def test_a_kept_story_is_the_same_life(tmp_path: Path) -> None:
    story = Story("nothing", parameters(3), moves(3)[:40])
    kept = tmp_path / "story.json"
    kept.write_text(story.text())
    assert read_story(kept) == story
    assert read_story(kept).play(words=True).story == story.play(words=True).story


def test_a_unit_told_clean_while_its_host_is_not_ready_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def whatever_its_hosts(hand_over: HandOver, observed: ObservedUnit, desired: Desired) -> int | None:
        closed = isinstance(desired, Closed) and desired.grant == observed.undone_grant
        empty = not any(map(hand_over._has_pods, observed.nodes))
        return observed.undone_grant if closed and empty else None

    monkeypatch.setattr(HandOver, "_undone", whatever_its_hosts)
    story = read_story(Path(__file__).parent / "stories" / "clean-while-not-ready.json")
    assert story.play().broken == story.broke


def test_a_planner_that_takes_silence_for_a_deletion_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DeletionProof, "_over", lambda *_: True)
    assert first_broken(range(12)).startswith("I4")


def test_a_life_that_never_rests_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "MOST_ROUNDS", 6)
    written = iter(range(10_000))
    monkeypatch.setattr(rest, "_written", lambda _: (next(written), 0))
    assert "I12: no rest" in live(parameters(1), moves(1)).broken


def test_every_call_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    carry: Callable[..., object] = Net.carry

    def count(net: Net, *call: object) -> object:
        seen.append(str(call[0]))
        return carry(net, *call)

    monkeypatch.setattr(Net, "carry", count)
    assert live(parameters(2), moves(2)).calls >= len(seen) > 50


def test_a_name_of_another_tenant_in_a_status_is_found() -> None:
    found = list(told_of({"conditions": [{"message": "mistral is in the way"}]}))
    assert len(found) == 1
    assert found[0].startswith("I14")
    assert not list(told_of({"conditions": [{"message": "somebody is in the way"}]}))


def told_of(status: dict[str, object]) -> Iterator[str]:
    """What the check of words says of a status that a tenant reads."""
    metadata = {"namespace": "anthropic-lab", "name": "job-x", "uid": "u"}
    return checks.Checks._told(None, None, {"metadata": metadata, "status": status})  # type: ignore[arg-type]


def first_broken(seeds: range) -> str:
    """What is broken in the first of these lives in which anything is."""
    lives = (live(parameters(seed), moves(seed)).broken for seed in seeds)
    return next((broken for broken in lives if broken), "")
