"""`holdfast release-freeze`: only what is frozen, only after asking, and never beyond what the planner obeys."""

from __future__ import annotations

import pytest
import typer
from tests.builders import NOW
from tests.cli.hub import reach
from tests.documents import Document, document
from tests.simulation.api_server import ApiServer
from typer.testing import CliRunner, Result

from holdfast.cli import commands, release_freeze
from holdfast.cluster.transport.kinds import TENANT
from holdfast.hardware.names import RELEASE_ANNOTATION

FROZEN: Document = {
    "conditions": [{
        "type": "Stalled", "status": "True", "reason": "DeletionsFrozen", "message": "7 reservations are gone",
        "lastTransitionTime": "2027-01-15T07:00:00Z",
    }]
}  # fmt: skip


@pytest.fixture
def hub() -> ApiServer:
    """A hub on which reservations of mistral are gone, and those of widgets are not."""
    server = ApiServer(lambda: float(NOW))
    for name, status in (("mistral", FROZEN), ("widgets", {})):
        server.add(
            TENANT, {**document("Tenant", name, {"group": name, "entitlements": []}), "status": status}
        )
    return server


def run(hub: ApiServer, monkeypatch: pytest.MonkeyPatch, *words: str, typed: str = "") -> Result:
    """The command, against it."""
    monkeypatch.setattr(release_freeze, "open_api", lambda *_: reach(hub))
    app = typer.Typer()
    app.command()(commands.release_freeze)
    return CliRunner().invoke(app, words, input=typed)


def annotated(hub: ApiServer, tenant: str) -> str | None:
    """Until when its deletions may go."""
    found = hub.find(TENANT, tenant) or {}
    said: str | None = found["metadata"].get("annotations", {}).get(RELEASE_ANNOTATION)
    return said


def test_what_is_frozen_is_shown_and_let_go_once_that_is_agreed(
    hub: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = run(hub, monkeypatch, "mistral", typed="n\n")
    assert (kept.exit_code, annotated(hub, "mistral")) == (1, None)
    assert "mistral: 7 reservations are gone" in kept.output
    done = run(hub, monkeypatch, "mistral", "--for", "2h", typed="y\n")
    assert (done.exit_code, annotated(hub, "mistral")) == (0, "2027-01-15T10:00:00Z")


def test_where_nothing_is_frozen_nothing_is_written(hub: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(hub, monkeypatch, "widgets", "--yes")
    assert (done.exit_code, annotated(hub, "widgets")) == (1, None)
    assert run(hub, monkeypatch, "nobody", "--yes").exit_code == 2


@pytest.mark.parametrize("lasting", ["25h", "0s", "a while"])
def test_what_the_planner_would_not_obey_is_not_written(
    hub: ApiServer, monkeypatch: pytest.MonkeyPatch, lasting: str
) -> None:
    done = run(hub, monkeypatch, "mistral", "--for", lasting, "--yes")
    assert (done.exit_code, annotated(hub, "mistral")) == (2, None)
