"""Holdfast's own processes beside the clusters: the operator and one agent per datacenter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from holdfast_lab.control_plane.cluster import HUB
from holdfast_lab.credentials import Clusters, agent_file, planner_file
from holdfast_lab.process_control.supervision import Command, is_alive, spawn, stop
from holdfast_lab.running import Lab
from holdfast_lab.state import RecordFile, StateFolder

ProcessSet = Callable[[StateFolder, Clusters], list[Command]]
"""Which processes a lab should have, by its folder and clusters."""


def operator_commands(state: StateFolder, clusters: Clusters) -> list[Command]:  # noqa: ARG001 - a Companion
    """The operator on the hub, as its planner's service account."""
    kubeconfig = planner_file(state)
    return [
        _holdfast(
            "operator", "operator", f"--kubeconfig={kubeconfig}", "--slot-seconds=10", "--absence-seconds=8"
        )
    ]


def agent_commands(state: StateFolder, clusters: Clusters) -> list[Command]:
    """One agent per datacenter, with its two accounts."""
    return [_agent(state, name) for name in sorted(clusters) if name != HUB]


def slice_commands(state: StateFolder, clusters: Clusters) -> list[Command]:
    """The slice controller of each datacenter: in GKE a part of the control plane."""
    return _at_each_site("slices", "holdfast_lab.slice_controller.controller", state, clusters)


def compute_domain_commands(state: StateFolder, clusters: Clusters) -> list[Command]:
    """NVIDIA's DRA driver of each datacenter, played; where a test or a person asks for it."""
    return _at_each_site("domains", "holdfast_lab.compute_domains.controller", state, clusters)


def _at_each_site(prefix: str, module: str, state: StateFolder, clusters: Clusters) -> list[Command]:
    """One process of the lab's own per datacenter; it is told the state folder and the site."""
    python = str(Path(sys.executable).absolute())
    return [
        restarted(f"{prefix}-{name}", python, "-m", module, str(state.root), name)
        for name in sorted(clusters)
        if name != HUB
    ]


def console_commands(state: StateFolder, clusters: Clusters) -> list[Command]:
    """The pages, with a platform engineer's kubeconfig; the address stands in its log (`story/page.py`)."""
    arguments = (f"--kubeconfig={state.kubeconfig}", f"--context={HUB}", "--listen=127.0.0.1:0")
    return [_holdfast("console", "console", *arguments)] if HUB in clusters else []


OPERATOR_AND_AGENTS: tuple[ProcessSet, ...] = (operator_commands, agent_commands, slice_commands)
"""With what stands beside them at each datacenter."""


def start_processes(
    lab: Lab, records: RecordFile, process_sets: Sequence[ProcessSet], *, anew: bool
) -> list[str]:
    """Start those that do not run and return their names; `anew` ends them all first."""
    before = records.read().operator_and_agents
    if anew:
        stop(before.values())
    commands = [command for wanted in process_sets for command in wanted(lab.state, lab.clusters)]
    missing = [each for each in commands if each.name not in before or not is_alive(before[each.name])]
    for command in missing:
        process = spawn(command, lab.state.logs / f"{command.name}.log", lab.state.root)
        records.remember_process(command.name, process)
    return [command.name for command in missing]


def cluster_of(process: str) -> str:
    """The cluster that a process serves: the operator the hub, an agent or a companion its datacenter's."""
    return process.partition("-")[2] or HUB


def _agent(state: StateFolder, site: str) -> Command:
    kubeconfig = agent_file(state, site)
    return _holdfast(
        f"agent-{site}",
        "agent",
        f"--datacenter={site}",
        f"--hub={kubeconfig}:hub",
        f"--site={kubeconfig}:site",
    )


def _holdfast(name: str, *arguments: str) -> Command:
    return restarted(name, str(Path(sys.executable).absolute()), "-m", "holdfast", *arguments)


def restarted(name: str, *argv: str) -> Command:
    """A program that is started again whenever it ends."""
    python = str(Path(sys.executable).absolute())
    return Command(name, (python, "-m", "holdfast_lab.process_control.restarter", *argv))
