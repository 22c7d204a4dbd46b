"""A tenant's program on a real API server with an operator, as a person of the tenant."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.cli.people import Person
from tests.guards.server import OURS
from tests.guards.stage import Stage
from tests.house.sources import ROOT

from holdfast.client import AlreadyExists, Ask, Client, Flexible, Gone, Refused, Stalled, Until, connect

pytestmark = pytest.mark.lab

HOUR = Flexible(timedelta(hours=1))
ONE = Ask(accelerator="tpu7x", topology="4x4x4", window=HOUR)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hub(stage: Stage, mila: Person) -> Iterator[Client]:
    """Mila's client; nothing is reserved afterwards."""
    with connect(kubeconfig=str(mila.kubeconfig)) as hub:
        yield hub
    mine = f"{OURS}/namespaces/mistral/capacityreservations"
    for one in stage.server.call("GET", mine).document["items"]:
        stage.server.call("DELETE", f"{mine}/{one['metadata']['name']}")


def test_asked_taken_and_promised_and_asked_again_it_is_the_same(hub: Client) -> None:
    offer = hub.when(ONE).offers[0]
    made = hub.reserve("train", offer.ask(ONE))
    found = hub.wait("train", Until.PROMISED, timeout=MINUTE)
    assert found.promised is not None
    assert (found.promised.start, found.promised.end) == (offer.start, offer.end)
    assert found.promised.pools == {"ny.a": 1}
    assert hub.reserve("train", offer.ask(ONE)).uid == made.uid
    assert (hub.access("train"), hub.hosts("train")) == ((), ())


def test_another_ask_of_the_same_name_is_refused(hub: Client) -> None:
    hub.reserve("train", ONE)
    with pytest.raises(AlreadyExists, match="count is 1 there and 2 here"):
        hub.reserve("train", Ask(accelerator="tpu7x", topology="4x4x4", count=2, window=HOUR))


def test_what_can_never_be_had_is_a_hold_and_not_waited_for(hub: Client) -> None:
    huge = Ask(accelerator="tpu7x", topology="4x4x4", count=9, window=HOUR)
    told = hub.when(huge)
    assert (told.offers, told.hold is not None) == ((), True)
    hub.reserve("huge", huge)
    assert hub.wait("huge", Until.ANSWERED, timeout=MINUTE).hold is not None
    with pytest.raises(Stalled, match="mistral/huge is not promised and will not be as it is asked"):
        hub.wait("huge", Until.PROMISED, timeout=MINUTE)


def test_a_field_without_sense_is_refused_by_the_hub_with_its_name(hub: Client) -> None:
    with pytest.raises(Refused, match="minCount must not exceed count") as raised:
        hub.reserve("odd", Ask(accelerator="tpu7x", count=1, at_least=2, window=HOUR))
    assert raised.value.__notes__ == ["Correct the field that is named; nothing was stored."]


def test_another_tenants_namespace_is_closed(stage: Stage, mila: Person) -> None:
    elsewhere = connect("anthropic", kubeconfig=str(mila.kubeconfig))
    with elsewhere, pytest.raises(Refused, match="403") as raised:
        elsewhere.reserve("train", ONE)
    assert "Is anthropic your namespace?" in raised.value.__notes__[0]


def test_given_up_it_is_gone(hub: Client) -> None:
    hub.reserve("train", ONE)
    hub.cancel("train")
    with pytest.raises(Gone):
        hub.get("train")


def test_the_example_reserves_once_however_often_it_runs(hub: Client, mila: Person) -> None:
    environment = {**os.environ, "KUBECONFIG": str(mila.kubeconfig)}
    script = ROOT / "examples" / "by-program" / "pretrain.py"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, script], capture_output=True, text=True, env=environment, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "could be had from" in done.stdout
        assert "mistral/by-program: Scheduled, promised" in done.stdout or "Binding" in done.stdout
