"""The commands as people run them: against transports in memory, and against a real hub with people of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import typer
from tests.audit.world import World, a_world
from tests.cli.hub import reach
from tests.cli.people import Person, person
from tests.cli.tenants_hub import mila, stage
from tests.guards.stage import Stage
from typer.testing import CliRunner, Result

from holdfast.cli import audit as audit_command
from holdfast.cli import commands
from holdfast.cli import explain as explain_command
from holdfast.cli import status as status_command
from holdfast.cli.connection import Unconnected
from holdfast.cluster.client import Api
from holdfast.cluster.transport.http import Transport

__all__ = ["mila", "stage"]


@pytest.fixture
def world() -> World:
    """Documents that a test may change before it asks."""
    return a_world()


Tell = Callable[..., Result]


@pytest.fixture
def holdfast(monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Run a command against transports by context; None is the hub. Other contexts do not exist."""

    def run(transports: Mapping[str | None, Transport], *arguments: str) -> Result:
        def opened(_: str | None, context: str | None) -> Api:
            if context not in transports:
                raise Unconnected(f"context {context!r} cannot be used")
            return reach(transports[context])

        app = typer.Typer()
        for module in (audit_command, status_command, explain_command):
            monkeypatch.setattr(module, "open_api", opened)
        for command in (commands.audit, commands.status, commands.explain, commands.units):
            app.command()(command)
        return CliRunner().invoke(app, arguments)

    return run


@pytest.fixture(scope="session")
def nomad(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A person of mistral, whose kubeconfig names no namespace."""
    return person(stage, tmp_path_factory.mktemp("nomad"), "nomad", ["mistral"])


@pytest.fixture(scope="session")
def ada(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A platform engineer."""
    return person(stage, tmp_path_factory.mktemp("ada"), "ada", ["holdfast:platform-engineers"])
