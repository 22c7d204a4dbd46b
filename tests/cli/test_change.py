"""`holdfast extend`, `shrink`, `cancel` by a tenant's own person, on a real hub with an operator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from tests.cli.people import Person
from tests.documents import Document, reservation
from tests.guards.server import OURS
from tests.guards.stage import Stage

from holdfast.api.reservation import CapacityReservation
from holdfast.cli.change import given_up, longer, smaller
from holdfast.hardware.instants import seconds_of, text_of

MINE = f"{OURS}/namespaces/mistral/capacityreservations"
LATER = "2027-02-02T00:00:00Z"


@pytest.fixture
def made(stage: Stage) -> Iterator[Document]:
    """Two cubes of mistral's for an hour of tomorrow, promised; nothing is left afterwards."""
    (one,) = stage.reserve("mistral", 1)
    two = stage.server.call("PATCH", f"{MINE}/r0", {"spec": {"count": 2, "minCount": 2}}).document
    stage.until(lambda: spoken_of(stage, two["metadata"]["generation"]), 30)
    yield one
    stage.server.call("DELETE", f"{MINE}/r0")
    stage.until(lambda: stage.states([one]) <= {"Released", "absent"}, 60)


def spoken_of(stage: Stage, generation: int) -> bool:
    """Whether the planner has answered this generation."""
    return bool(seen(stage).get("status", {}).get("observedGeneration") == generation)


def seen(stage: Stage) -> Document:
    """The reservation as it is stored."""
    return stage.server.call("GET", f"{MINE}/r0").document


@pytest.mark.lab
def test_a_longer_window_is_in_force_once_it_is_promised(stage: Stage, made: Document, mila: Person) -> None:
    done = mila.run("extend", "r0", "--by", "1h", typed="y\n")
    assert done.returncode == 0, done
    assert "What is in force stays in force until the change is promised. Ask for it? [y/N]" in " ".join(
        done.stderr.split()
    )
    end = text_of(seconds_of(made["spec"]["window"]["end"]) + 3_600)
    assert seen(stage)["status"]["promised"]["end"] == end
    assert done.stdout.startswith("mistral/r0: promised, 2 from ")


@pytest.mark.lab
def test_what_cannot_be_promised_stays_asked_for_and_says_why(
    stage: Stage, made: Document, mila: Person
) -> None:
    done = mila.run("extend", "r0", "--by", "400d", "--yes")
    assert done.returncode == 1
    assert "not in force yet; what was promised before still is" in done.stdout
    assert seen(stage)["status"]["promised"]["end"] == made["spec"]["window"]["end"]


@pytest.mark.lab
def test_fewer_slices_bring_the_least_that_is_enough_down_with_them(
    stage: Stage, made: Document, mila: Person
) -> None:
    assert mila.run("shrink", "r0", "--count", "1").returncode == 1  # nobody agreed
    assert seen(stage)["spec"]["count"] == 2
    done = mila.run("shrink", "r0", "--count", "1", "--yes")
    assert done.returncode == 0, done
    assert (seen(stage)["spec"]["count"], seen(stage)["spec"]["minCount"]) == (1, 1)
    assert seen(stage)["status"]["promised"]["slices"] == 1


@pytest.mark.lab
def test_giving_up_says_what_is_lost_and_asks(stage: Stage, made: Document, mila: Person) -> None:
    kept = mila.run("cancel", "r0", typed="n\n")
    assert kept.returncode == 1
    assert "mistral/r0 is promised 2 from " in kept.stderr
    assert "Of its window 1 h are left." in kept.stderr
    assert "a new ask at the end" in kept.stderr
    assert seen(stage)["kind"] == "CapacityReservation"
    done = mila.run("cancel", "r0", "--yes")
    assert (done.returncode, seen(stage)["kind"]) == (0, "Status")


@pytest.mark.lab
def test_what_is_another_tenants_is_not_touched(stage: Stage, mila: Person) -> None:
    done = mila.run("cancel", "r0", "-n", "anthropic", "--yes")
    assert done.returncode == 2
    assert "403" in done.stderr


def asked(**spec: Any) -> CapacityReservation:
    """A reservation with this status or window."""
    status = spec.pop("status", None)
    made = reservation("mistral", "train", **{"topology": "4x4x4", "count": 3, **spec})
    return CapacityReservation.model_validate({**made, **({"status": status} if status else {})})


PROMISED = {"slices": 3, "start": "2027-02-01T00:00:00Z", "end": "2027-02-02T00:00:00Z"}


@pytest.mark.parametrize(
    ("window", "status", "until", "by", "change"),
    [
        ({"end": "2027-02-01T00:00:00Z"}, None, LATER, None, {"end": LATER}),
        ({"end": "2027-02-01T00:00:00Z"}, None, None, "1d", {"end": LATER}),
        ({"durationSeconds": 3_600}, None, None, "1h", {"durationSeconds": 7_200}),
        ({"durationSeconds": 3_600}, {"promised": PROMISED}, LATER, None, {"durationSeconds": 86_400}),
    ],
)
def test_a_longer_window_is_a_change_of_its_end_or_of_its_duration(
    window: Any, status: Any, until: str | None, by: str | None, change: Any
) -> None:
    assert longer(asked(window=window, status=status), until, by)[0] == change


@pytest.mark.parametrize(
    ("window", "until", "by", "says"),
    [
        ({"end": LATER}, None, None, "one of them"),
        ({"end": LATER}, LATER, "1d", "one of them"),
        ({"end": LATER}, LATER, None, "already"),
        (
            {"end": LATER},
            "tomorrow",
            None,
            "--until 'tomorrow' cannot be used: an instant is written in full",
        ),
        ({"end": LATER}, "", None, "--until '' cannot be used"),
        ({"end": LATER}, None, "1w", "--by '1w' is no duration"),
        ({"durationSeconds": 3_600}, None, "1w", "--by '1w' is no duration"),
        ({"end": LATER}, None, "9999d", "--by 9999d is more than five years"),
        ({"durationSeconds": 3_600}, LATER, None, "no end to move: say --by"),
        ({"durationSeconds": 3_600}, None, "0s", "already"),
    ],
)
def test_what_is_not_longer_is_refused(window: Any, until: str | None, by: str | None, says: str) -> None:
    with pytest.raises(typer.BadParameter, match=says):
        longer(asked(window=window), until, by)


def test_as_many_slices_are_not_fewer() -> None:
    assert smaller(asked(window={"end": LATER}, minCount=1), 2) == {"count": 2}
    with pytest.raises(typer.BadParameter, match="is not fewer"):
        smaller(asked(window={"end": LATER}), 3)


def test_what_is_not_promised_gives_up_only_its_place_in_the_line() -> None:
    assert given_up(asked(window={"end": LATER}), 0) == [
        "mistral/train is not promised: only its place in the line is given up."
    ]


def test_units_in_use_are_said_to_be_ended() -> None:
    access = {"datacenter": "ny", "namespace": "mistral", "units": 3}
    told = given_up(asked(window={"end": LATER}, status={"promised": PROMISED, "access": [access]}), 0)
    assert "3 units are open in ny: pods there are ended, and what they hold is erased." in told
