"""`holdfast hosts`: units and hosts of one reservation, joined over datacenters with the rights of whoever asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
import typer
from tests.audit.world import PRETRAIN, a_world
from tests.builders import NOW
from tests.cli.hub import Confined, reach, serve
from tests.documents import Document, document, edit
from tests.simulation.api_server import ApiServer
from typer.testing import CliRunner, Result

from holdfast.cli import commands, places
from holdfast.cli.connection import Unconnected
from holdfast.cluster.client import Api
from holdfast.cluster.transport.http import Transport
from holdfast.cluster.transport.kinds import RESERVED_HOSTS

PATH = "research/pretrain"
SINCE = "2027-01-15T07:00:03Z"
Ask = Callable[..., Result]


def access(datacenter: str, units: int = 2) -> Document:
    """What the reservation says of one datacenter."""
    label = {"holdfast.node-restriction.kubernetes.io/reservation": PRETRAIN}
    tolerated = [
        {"key": "holdfast.dev/reservation", "operator": "Equal", "value": PRETRAIN, "effect": "NoExecute"}
    ]
    return {"datacenter": datacenter, "namespace": "mistral", "units": units, "nodeSelector": label,
            "tolerations": tolerated}  # fmt: skip


def unit(name: str, path: str = PATH, **over: object) -> Document:
    """One unit as its agent tells it."""
    host = {
        "name": f"{name}-0",
        "health": "Healthy",
        "source": "condition Ready",
        "says": "True",
        "since": SINCE,
    }
    spec = {
        "reservation": path, "reservationUid": PRETRAIN, "pool": "lake-mariner.tpu7x-a", "unit": name,
        "acceleratorType": "tpu7x", "domain": "a94", "health": "Healthy", "expected": 16, "ready": 16,
        "delivered": {"grant": 1, "since": SINCE, "reason": "FirstDelivery"}, "hosts": [host], **over,
    }  # fmt: skip
    return document("ReservedHosts", f"lake-mariner.tpu7x-a.{name}", spec, namespace="mistral")


def hub(*accesses: Document) -> ApiServer:
    """The audit's hub, on which the reservation says where it runs."""
    world = a_world()
    edit("reservations", PRETRAIN, "status", "access", list(accesses))(world)
    return serve(world)


def site(*units: Document) -> ApiServer:
    """A datacenter's server that tells of these."""
    server = ApiServer(lambda: float(NOW))
    for one in units:
        server.add(RESERVED_HOSTS, one)
    return server


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command against transports by context; None is the hub. Other contexts do not exist."""

    def run(transports: Mapping[str | None, Transport], *arguments: str) -> Result:
        def opened(_: str | None, context: str | None) -> Api:
            if context not in transports:
                raise Unconnected(f"context {context!r} cannot be used")
            return reach(transports[context])

        monkeypatch.setattr(places, "open_api", opened)
        app = typer.Typer()
        for command in (commands.hosts, commands.access):
            app.command()(command)
        return CliRunner().invoke(app, arguments)

    return run


def test_units_and_hosts_are_told_with_why_they_came_and_who_says_how_they_are(ask: Ask) -> None:
    replaced = {"grant": 9, "since": SINCE, "reason": "Replacement", "replaces": "cube-007"}
    there = site(unit("cube-000"), unit("cube-001", delivered=replaced, health="Unhealthy", ready=15))
    answer = ask({None: hub(access("lake-mariner")), "lake-mariner": there}, "hosts", PATH)
    assert answer.exit_code == 0
    replacement = f"Replacement    {SINCE}  cube-007  -      a94"
    row = f"lake-mariner  lake-mariner.tpu7x-a  cube-001  Unhealthy  15 of 16  {replacement}"
    assert row in answer.output
    assert f"lake-mariner  cube-000  cube-000-0  Healthy  condition Ready  True  {SINCE}" in answer.output


def test_datacenters_are_joined_and_one_that_cannot_be_read_is_said(ask: Ask) -> None:
    here = hub(access("lake-mariner"), access("abernathy", 1))
    answer = ask({None: here, "lake-mariner": site(unit("cube-000"))}, "hosts", PATH)
    assert answer.exit_code == 2
    assert "cube-000" in answer.output
    assert (
        "could not look at abernathy: context 'abernathy' cannot be used; name its context with"
        in answer.output
    )
    both = {None: here, "lake-mariner": site(unit("cube-000")), "texas": site(unit("cube-101"))}
    answer = ask(both, "hosts", PATH, "--site", "abernathy=texas")
    assert answer.exit_code == 0
    assert "abernathy     lake-mariner.tpu7x-a  cube-101" in answer.output


def test_only_this_reservations_units_are_told(ask: Ask) -> None:
    there = site(unit("cube-000"), unit("cube-005", path="research/other"))
    answer = ask({None: hub(access("lake-mariner")), "lake-mariner": there}, "hosts", PATH)
    assert "cube-005" not in answer.output


def test_a_site_without_the_right_or_the_kind_is_said_and_no_trace(ask: Ask) -> None:
    old = site()
    old.withdraw(RESERVED_HOSTS)
    for there in (Confined(site(), "reservedhosts"), old):
        answer = ask({None: hub(access("lake-mariner")), "lake-mariner": there}, "hosts", PATH)
        assert answer.exit_code == 2
        assert "could not look at lake-mariner: GET" in answer.output


def test_what_cannot_be_understood_is_said(ask: Ask) -> None:
    there = site(unit("cube-000"), unit("cube-001", health="Splendid"))
    answer = ask({None: hub(access("lake-mariner")), "lake-mariner": there}, "hosts", PATH)
    assert answer.exit_code == 2
    assert "lake-mariner.tpu7x-a.cube-001: written by another version of Holdfast" in answer.output
    assert "cube-000" in answer.output


def test_before_anything_is_open_it_says_why(ask: Ask) -> None:
    answer = ask({None: hub()}, "hosts", PATH)
    assert answer.exit_code == 0
    assert "research/pretrain has no unit open to it: Active" in answer.output


def test_what_is_no_site_is_refused_by_name(ask: Ask) -> None:
    answer = ask({None: hub()}, "hosts", PATH, "--site", "abernathy")
    assert answer.exit_code == 2
    assert "--site 'abernathy' is not NAME=CONTEXT" in answer.output


def test_programs_get_all_of_it(ask: Ask) -> None:
    transports = {None: hub(access("lake-mariner")), "lake-mariner": site(unit("cube-000"))}
    told = json.loads(ask(transports, "hosts", PATH, "-o", "json").output)
    assert (told["complete"], told["datacenters"][0]["context"]) == (True, "lake-mariner")
    assert told["datacenters"][0]["units"][0]["hosts"][0]["name"] == "cube-000-0"
    assert "cube-000-0" in ask(transports, "hosts", PATH, "-o", "yaml").output
