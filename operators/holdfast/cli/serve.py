"""`holdfast operator` and `holdfast agent`: the two processes that never end by themselves."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from importlib import import_module
from types import FrameType

import typer

from holdfast.agent.process import run_agent
from holdfast.agent.settings import AgentSettings
from holdfast.cli.operator_asked import OperatorAsked
from holdfast.hub.process import run_operator
from holdfast.hub.settings import OperatorSettings
from holdfast.process.logs import open_logs

TRACES = "OTEL_TRACES_EXPORTER"
"""OpenTelemetry's own variable (opentelemetry.io, SDK configuration); without it nothing is traced."""


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set: what was begun is finished, then the process ends.

    The handler only puts into a queue that may be re-entered; a thread sets the event. Setting it in the handler
    would wait for ever for the event's own lock, where the signal came while this very thread held it.
    """
    stop, told = threading.Event(), queue.SimpleQueue[int]()

    def tell(signal_number: int, _frame: FrameType | None) -> None:
        told.put(signal_number)

    def listen() -> None:
        told.get()
        stop.set()

    threading.Thread(target=listen, name="signals", daemon=True).start()
    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)
    return stop


def address_of(text: str) -> tuple[str, int]:
    """HOST:PORT as a pair; raises typer.BadParameter naming what is wrong."""
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65_535:
        raise typer.BadParameter(f"{text!r} is not HOST:PORT; for example 127.0.0.1:8080")
    return host, int(port)


def open_watched_logs(process: str) -> None:
    """The log on stderr, and spans made of it where the environment asks for them. BadParameter without the extra."""
    if os.environ.get(TRACES) != "otlp":
        open_logs(sys.stderr)
        return
    try:
        made = import_module("holdfast.process.traces").sending(process)
    except ImportError as error:
        raise typer.BadParameter(f"{TRACES}=otlp needs the extra holdfast[traces]: {error}") from error
    open_logs(sys.stderr, watchers=[made])


def operator(asked: OperatorAsked) -> None:
    """Run one replica of the hub operator; exits with its code."""
    host, port = address_of(asked.metrics)
    settings = OperatorSettings(
        kubeconfig=asked.kubeconfig,
        context=asked.context,
        metrics_host=host,
        metrics_port=port,
        slot_seconds=asked.slot_seconds,
        absence_seconds=asked.absence_seconds,
        keep_turns=asked.keep_turns,
        keep_bytes=asked.keep_bytes,
    )
    open_watched_logs("operator")
    raise typer.Exit(run_operator(settings, stop_on_signals()))


def agent(datacenter: str, hub: str, site: str, metrics: str) -> None:
    """Run the agent of one datacenter; exits with its code."""
    host, port = address_of(metrics)
    hub_file, hub_context = way_of(hub)
    site_file, site_context = way_of(site)
    try:
        settings = AgentSettings(
            datacenter, hub_file, hub_context, site_file, site_context, metrics_host=host, metrics_port=port
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    open_watched_logs("agent")
    raise typer.Exit(run_agent(settings, stop_on_signals()))


def way_of(text: str) -> tuple[str | None, str | None]:
    """KUBECONFIG:CONTEXT as a pair; what is left out is None."""
    file, _, context = text.partition(":")
    return file or None, context or None
