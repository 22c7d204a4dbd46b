"""Slices of which none opens before all can, as the API server takes them."""

from __future__ import annotations

import pytest
import yaml
from tests.documents import changed, edit, promise, reservation
from tests.guards.server import PLANNER, Server

from holdfast_lab.installation import MANIFESTS


def test_the_example_is_taken(hub: Server) -> None:
    written = yaml.safe_load((MANIFESTS.parent / "examples/all-or-nothing/reservation.yaml").read_text())
    written["metadata"]["namespace"] = "default"
    assert hub.create(written).message == ""


@pytest.mark.parametrize(
    ("across", "taken"), [("Forbid", True), ("Allow", True), ("Atomic", True), ("Whole", False)]
)
def test_slices_lie_apart_in_one_of_three_ways(hub: Server, across: str, taken: bool) -> None:
    made = hub.create(
        reservation("default", f"one-{across.lower()}", placement={"acrossDatacenters": across})
    )
    assert made.accepted is taken


def test_a_promise_may_open_together_or_not_within_its_attempt(hub: Server) -> None:
    made = hub.create(promise(atomic=True), PLANNER)
    assert (made.message, made.document["spec"]["atomic"]) == ("", True)
    other = changed(made.document, edit("spec", "atomic", False))
    assert hub.replace(other, "", PLANNER).message == ""
