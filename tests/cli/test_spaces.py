"""Which reservation is meant: NAME or NAMESPACE/NAME, with -n, by a person whose context names a namespace."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from pydantic import TypeAdapter
from tests.builders import NOW
from tests.cli.hub import reach
from tests.documents import reservation
from tests.simulation.api_server import ApiServer
from typer.testing import CliRunner, Result

from holdfast.api.bounds import ReservationName
from holdfast.cli import change, commands, explain, listing, places, watch
from holdfast.cli.spaces import said
from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION
from holdfast.cluster.transport.paths import Path as Place
from holdfast.cluster.ways import Way

OWN, OTHER = "mistral", "mistral-eval"
VERBS = {
    "get": ("-o", "json"),
    "watch": ("--seconds", "2"),
    "explain": (),
    "hosts": (),
    "access": (),
    "extend": ("--by", "1h", "--yes", "--wait", "0.1"),
    "shrink": ("--count", "1", "--yes", "--wait", "0.1"),
    "cancel": ("--yes",),
}
KUBECONFIG = """\
current-context: hub
contexts:
- name: hub
  context: {cluster: hub, user: mila, namespace: mistral}
"""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> ApiServer:
    """Both namespaces have a reservation of one name."""
    server = ApiServer(lambda: float(NOW))
    for space in (OWN, OTHER):
        server.add(CAPACITY_RESERVATION, reservation(space, "pretrain", topology="4x4x4", count=2))
    for module in (explain, change, places):
        monkeypatch.setattr(module, "open_api", lambda *_: reach(server))
    for quick in (listing, watch):
        monkeypatch.setattr(quick, "open_way", lambda *_: Way(server, OWN))
    return server


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    """Its context names mistral, as every page for tenants advises."""
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG)
    return file


def run(kubeconfig: Path, verb: str, *words: str) -> Result:
    """A command as that person types it."""
    app = typer.Typer()
    for name in VERBS:
        app.command(name)(getattr(commands, name))
    return CliRunner().invoke(app, [verb, *VERBS[verb], "--kubeconfig", str(kubeconfig), *words])


def asked_in(hub: ApiServer) -> set[str]:
    """The namespaces in which a reservation was read or written."""
    places_asked = (Place.parse(request.path) for request in hub.requests)
    return {one.namespace for one in places_asked if one.plural == CAPACITY_RESERVATION.plural}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("pretrain",), OWN),
        (("pretrain", "-n", OTHER), OTHER),
        ((f"{OTHER}/pretrain",), OTHER),
        ((f"{OWN}/pretrain",), OWN),
        ((f"{OTHER}/pretrain", "-n", OTHER), OTHER),
    ],
)
def test_the_namespace_that_is_said_comes_before_that_of_the_context(
    hub: ApiServer, kubeconfig: Path, verb: str, words: tuple[str, ...], meant: str
) -> None:
    run(kubeconfig, verb, *words)
    assert asked_in(hub) == {meant}


@pytest.mark.parametrize("verb", VERBS)
def test_two_namespaces_for_one_reservation_are_refused_and_nothing_is_asked(
    hub: ApiServer, kubeconfig: Path, verb: str
) -> None:
    refused = run(kubeconfig, verb, f"{OTHER}/pretrain", "-n", OWN)
    assert (refused.exit_code, hub.requests) == (2, [])
    assert f"{OTHER}/pretrain is in namespace {OTHER}, and -n says {OWN}" in plain(refused)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "text",
    ["", "/", f"{OTHER}/", "/pretrain", "a/b/c", "x/../y", "..", "Pretrain", "a.b/x", "x" * 64, "ü", "-x"],
)
def test_what_can_be_no_name_is_refused_and_nothing_is_asked(
    hub: ApiServer, kubeconfig: Path, verb: str, text: str
) -> None:
    refused = run(kubeconfig, verb, "-n", OTHER, "--", text)
    assert (refused.exit_code, hub.requests) == (2, [])
    assert "names no reservation" in plain(refused)


@pytest.mark.parametrize("text", ["pretrain-v1.2", "0", "x" * 63, f"{OTHER}/pretrain"])
def test_what_the_definitions_take_is_a_name_and_nothing_else_is(text: str) -> None:
    names = TypeAdapter(ReservationName)
    assert names.validate_python(said(text, None)[1]) == text.rpartition("/")[2]
    for odd in ("x" * 64, "X", "x-", ""):
        with pytest.raises(ValueError, match="String should"):
            names.validate_python(odd)
        with pytest.raises(typer.BadParameter):
            said(odd, None)


@pytest.mark.parametrize("text", ["pretrain", f"{OTHER}/pretrain"])
def test_one_reservation_is_not_watched_in_every_namespace(
    hub: ApiServer, kubeconfig: Path, text: str
) -> None:
    refused = run(kubeconfig, "watch", text, "-A")
    assert (refused.exit_code, hub.requests) == (2, [])
    assert f"-A is every namespace's reservations, and {text} is one of them" in plain(refused)
    run(kubeconfig, "watch", "-A")
    assert asked_in(hub) == {""}


def plain(result: Result) -> str:
    """What was said, without the frame that a terminal gets around it."""
    return " ".join(result.output.replace("│", "").split())


def test_a_reservation_given_up_leaves_its_namesake_alone(hub: ApiServer, kubeconfig: Path) -> None:
    done = run(kubeconfig, "cancel", f"{OTHER}/pretrain")
    assert (done.exit_code, f"{OTHER}/pretrain: given up" in done.stdout) == (0, True)
    assert hub.find(CAPACITY_RESERVATION, "pretrain", OTHER) is None
    assert hub.find(CAPACITY_RESERVATION, "pretrain", OWN) is not None
