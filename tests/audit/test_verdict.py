"""Two looks: what only one of them shows is no finding."""

from __future__ import annotations

import pytest
from tests.audit.world import POOL, World, a_world, picture
from tests.documents import edit

from holdfast.audit.collect import Blind
from holdfast.audit.picture import Picture
from holdfast.audit.verdict import Verdict, judge


def over(count: int) -> World:
    """A world in which more is promised later than declared."""
    world = a_world()
    for entry in world["pools"][POOL]["status"]["promises"].values():
        entry["count"] = count
    return world


def verdict_on(*worlds: World) -> tuple[Verdict, list[str]]:
    """The verdict on these looks in order, and what was done."""
    looks, done = iter(worlds), []

    def look() -> Picture:
        done.append("look")
        return picture(next(looks))

    return judge(look, lambda: done.append("settle")), done


def test_a_lawful_picture_needs_one_look() -> None:
    verdict, done = verdict_on(a_world())
    assert verdict.clean
    assert done == ["look"]


def test_what_the_second_look_no_longer_shows_is_no_finding() -> None:
    verdict, done = verdict_on(over(9), a_world())
    assert verdict.clean
    assert done == ["look", "settle", "look"]


def test_what_both_looks_show_is_told_in_the_words_of_the_second() -> None:
    verdict, _ = verdict_on(over(9), over(8))
    told = [one.wrong for one in verdict.findings if one.invariant == "I1" and one.subject.startswith("pool")]
    assert len(told) == 1
    assert told[0].startswith("8 units")


def test_what_only_the_second_look_shows_is_no_finding_yet() -> None:
    low_peak = a_world()
    edit("pools", POOL, "status", "peak", 2)(low_peak)
    unlabelled = a_world()
    edit("namespaces", "widgets", {})(unlabelled)
    verdict, _ = verdict_on(low_peak, unlabelled)
    assert verdict.findings == ()


def test_an_unread_object_is_not_clean() -> None:
    assert not Verdict((), Picture(now=0, unread=("acceleratorpools/x: strange",))).clean


def test_a_look_that_fails_fails_the_audit() -> None:
    def look() -> Picture:
        raise Blind("could not look at nodes of lake-mariner: gone")

    with pytest.raises(Blind, match="nodes of lake-mariner"):
        judge(look, lambda: None)
