"""The annotation that lets frozen deletions go: an instant at most a day ahead, and nothing once it has passed."""

from __future__ import annotations

import pytest
from tests.builders import NOW
from tests.hub.asking import Asking

from holdfast.hardware.instants import text_of
from holdfast.hub.deletion_release import FARTHEST_SECONDS, Releases, release_of
from holdfast.planner.state.deletions import Release


def test_a_release_holds_until_its_instant() -> None:
    read = release_of(text_of(NOW + 60), NOW)
    assert read == Release(NOW + 60)
    assert read.holds(NOW + 59)
    assert not read.holds(NOW + 60)


def test_a_day_ahead_is_the_most() -> None:
    assert not release_of(text_of(NOW + FARTHEST_SECONDS), NOW).refused
    far = release_of(text_of(NOW + FARTHEST_SECONDS + 1), NOW)
    assert "lies after 2027-01-16T08:00:00Z, 24 h ahead" in far.refused
    assert not far.holds(NOW)


@pytest.mark.parametrize("text", ["", "tomorrow", "2027-01-15", "true", "\x1b[31m" * 50])
def test_what_is_no_instant_is_refused_with_an_example_and_shown_harmlessly(text: str) -> None:
    read = release_of(text, NOW)
    assert "an instant is written in full, for example" in read.refused
    assert read.refused.isprintable()
    assert not read.holds(0)


def test_what_was_refused_is_not_obeyed_when_time_brings_it_near() -> None:
    asking, releases = Asking(), Releases()
    asking.released("mistral", text_of(NOW + 2 * FARTHEST_SECONDS))
    for now in (NOW, NOW + FARTHEST_SECONDS + 1):
        assert releases.standing(asking.tenants, now)["mistral"].refused
    releases.standing((), NOW)
    later = releases.standing(asking.tenants, NOW + FARTHEST_SECONDS + 1)
    assert later["mistral"].holds(NOW + FARTHEST_SECONDS + 1)


def test_a_tenant_without_the_annotation_has_no_release() -> None:
    asking = Asking()
    asking.released("anthropic", text_of(NOW + 60))
    assert Releases().standing(asking.tenants, NOW) == {"anthropic": Release(NOW + 60)}
