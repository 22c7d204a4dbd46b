"""`holdfast reserve` by a tenant's own person, on a real hub with an operator."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml
from tests.cli.people import Person
from tests.guards.server import OURS
from tests.guards.stage import Stage

pytestmark = pytest.mark.lab

ASK = ("-a", "tpu7x", "-t", "4x4x4", "--for", "1h")
MINE = f"{OURS}/namespaces/mistral/capacityreservations"


@pytest.fixture(autouse=True)
def leaving_nothing(stage: Stage) -> Iterator[None]:
    """Nothing is reserved afterwards."""
    yield
    for one in stored(stage):
        stage.server.call("DELETE", f"{MINE}/{one}")


def stored(stage: Stage) -> list[str]:
    """The names of mistral's reservations."""
    return [one["metadata"]["name"] for one in stage.server.call("GET", MINE).document["items"]]


def test_offers_are_shown_before_anything_is_made_and_then_it_is_promised(stage: Stage, mila: Person) -> None:
    done = mila.run("reserve", "train", *ASK, "--count", "2", typed="1\ny\n")
    assert done.returncode == 0, done.stderr
    assert done.stderr.index("OFFERS") < done.stderr.index("Make mistral/train?")
    assert "2 of ny.a" in done.stderr
    assert done.stdout.startswith("mistral/train: promised, 2 from ")
    assert stored(stage) == ["train"]


def test_what_is_missing_is_asked_and_asked_again_where_it_makes_no_sense(
    stage: Stage, nomad: Person
) -> None:
    typed = ["mistral", "abacus", "tpu7x", "4x4x4", "none", "1", "a while", "1h", "asked", "1", "y"]
    done = nomad.run("reserve", typed="\n".join(typed) + "\n")
    assert done.returncode == 0, done.stderr
    for said in ("'abacus' is not in the catalogue", "is no number of slices", "is no duration"):
        assert said in done.stderr
    assert stored(stage) == ["asked"]


def test_nobody_to_ask_is_told_which_option_is_missing(stage: Stage, mila: Person) -> None:
    done = mila.run("reserve", "train", "-a", "tpu7x", "-t", "4x4x4", "-c", "1")
    assert done.returncode == 2
    assert "say --for" in done.stderr
    refused = mila.run("reserve", "train", *ASK, "-c", "1", "--offer", "1")
    assert (refused.returncode, stored(stage)) == (1, [])
    assert "--yes does it without asking" in refused.stderr


def test_yes_takes_the_first_offer(stage: Stage, mila: Person) -> None:
    done = mila.run("reserve", "now", *ASK, "-c", "4", "--yes")
    assert (done.returncode, stored(stage)) == (0, ["now"])


def test_a_manifest_is_written_and_nothing_made(stage: Stage, mila: Person) -> None:
    made = mila.run("reserve", "later", *ASK, "-c", "1", "--offer", "2", "-o", "yaml")
    assert (made.returncode, stored(stage)) == (0, [])
    document = yaml.safe_load(made.stdout)
    assert (document["kind"], document["metadata"]["namespace"]) == ("CapacityReservation", "mistral")
    assert stage.server.call("POST", MINE, document).accepted
    as_json = mila.run("reserve", "later", *ASK, "-c", "1", "--offer", "1", "-o", "json")
    assert json.loads(as_json.stdout)["spec"]["count"] == 1


def test_no_offer_says_why_and_what_would_help_and_makes_nothing(stage: Stage, mila: Person) -> None:
    done = mila.run("reserve", "huge", *ASK, "-c", "9", "--yes")
    assert (done.returncode, stored(stage)) == (1, [])
    assert "NO OFFER" in done.stderr
    assert "count: 4 (Fewer)" in done.stderr


def test_a_namespace_that_is_not_hers_is_refused_in_one_line(mila: Person) -> None:
    done = mila.run("reserve", "theirs", *ASK, "-c", "1", "-n", "anthropic", "--yes")
    assert done.returncode == 2
    assert "could not look: POST" in done.stderr
    assert "Traceback" not in done.stderr
