"""Starts one cluster and waits until it can be used.

keys, kubeconfigs -> etcd + kube-apiserver -> /readyz -> access for kwok
                  -> kube-controller-manager, kube-scheduler, kwok -> default service account
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from holdfast_lab.calls import AdminCalls
from holdfast_lab.control_plane.cluster import Cluster, choose_ports
from holdfast_lab.control_plane.command_lines import STORE_AND_API, beside_the_api, command
from holdfast_lab.control_plane.keys import create_keys
from holdfast_lab.control_plane.kubeconfigs import write_own_kubeconfigs
from holdfast_lab.disk_space import disk_full, shortage
from holdfast_lab.errors import LabError
from holdfast_lab.installation import install
from holdfast_lab.ports import is_free
from holdfast_lab.process_control.supervision import Process, is_alive, spawn, stop
from holdfast_lab.state import ClusterRecord, LabRecord, RecordFile

SITE_OBJECTS = Path(__file__).parent / "objects"
_READY_SECONDS = 120.0
_POLL_SECONDS = 0.1
_HURRIED_SECONDS = 2.0  # whose etcd is dead would not end by itself, and nothing of it is lost
_ATTEMPTS = 3


class PortTaken(Exception):
    """Another program listens on a port chosen a moment ago: choose again."""


@dataclass(frozen=True, slots=True)
class Starter:
    """What starting a cluster takes besides the cluster: programs, the record, the moment."""

    programs: Path
    records: RecordFile
    now: datetime
    cancelled: threading.Event

    def start(self, cluster: Cluster) -> Cluster:
        """Start every program of the cluster and return it as it came up (its ports may differ).

        Processes of an earlier start are ended first; keys and what etcd holds are kept.
        Raises LabError with the end of a program's log when that program does not come up.
        """
        for _ in range(_ATTEMPTS):
            chosen = self._prepare(cluster)
            try:
                self._start(chosen)
            except PortTaken:
                continue
            return chosen
        raise LabError(f"{cluster.name}: other programs took the chosen ports {_ATTEMPTS} times: try again")

    def _prepare(self, cluster: Cluster) -> Cluster:
        before = self.records.read().clusters.get(cluster.name)
        if before:
            end_clusters([before])
        ports = cluster.ports
        if not all(map(is_free, (ports.etcd, ports.etcd_peer, ports.apiserver))):
            ports = choose_ports()
        chosen = replace(cluster, ports=ports)
        self.records.change(lambda record: _with_cluster(record, chosen))
        create_keys(chosen, self.now)
        write_own_kubeconfigs(chosen)
        return chosen

    def _start(self, cluster: Cluster) -> None:
        calls = AdminCalls(cluster)
        first = self._spawn(cluster, STORE_AND_API)
        self._wait(cluster, first, lambda: calls.answers("/readyz"))
        if cluster.has_nodes:
            install(cluster, SITE_OBJECTS)
        others = self._spawn(cluster, beside_the_api(cluster))
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        self._wait(cluster, others, lambda: calls.answers(account))

    def _spawn(self, cluster: Cluster, names: Iterable[str]) -> dict[str, Process]:
        """Start programs, each with a fresh log, and write down each as soon as it runs."""
        started = {}
        for name in names:
            log = cluster.log(name)
            if log.exists():
                log.replace(log.with_suffix(".previous.log"))
            started[name] = spawn(command(name, cluster, self.programs), log, cluster.state.root)
            self.records.remember(cluster.name, name, started[name])
        return started

    def _wait(self, cluster: Cluster, processes: dict[str, Process], done: Callable[[], bool]) -> None:
        """Until `done`, while the processes live; a cancelled start ends here too."""
        deadline = time.monotonic() + _READY_SECONDS
        while not done():
            for name, process in processes.items():
                if not is_alive(process):
                    raise _died(cluster, name)
            if self.cancelled.wait(_POLL_SECONDS):
                raise LabError(f"{cluster.name}: the start was broken off")
            if time.monotonic() > deadline:
                raise LabError(
                    f"{cluster.name} is not ready after {_READY_SECONDS:.0f} s: see {cluster.state.logs}"
                )


def end_clusters(records: Sequence[ClusterRecord]) -> None:
    """End every program of these clusters, in a hurry, and etcd last."""
    stop((process for each in records for process in each.without_store()), _HURRIED_SECONDS)
    stop(process for each in records for process in each.store())


def expected_programs(cluster: Cluster) -> set[str]:
    """The names of the processes a complete cluster has."""
    return {*STORE_AND_API, *beside_the_api(cluster)}


def is_ready(cluster: Cluster, record: ClusterRecord) -> bool:
    """Whether every program of the cluster runs and its API says that it is ready."""
    if expected_programs(cluster) - record.processes.keys():
        return False
    if not all(map(is_alive, record.processes.values())):
        return False
    return AdminCalls(cluster).answers("/readyz")


def _died(cluster: Cluster, program: str) -> Exception:
    log = cluster.log(program)
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    if any("address already in use" in line for line in lines):
        return PortTaken()
    if any("no space left" in line or "quota exceeded" in line for line in lines) or shortage(
        cluster.state.root
    ):
        return LabError(f"{cluster.name}: {program} ended, {disk_full(cluster.state.root)}")
    return LabError(f"{cluster.name}: {program} ended at once ({last_words(lines)}); see {log}")


def last_words(lines: Sequence[str]) -> str:
    """The line of a log that says why its program ended: of a panic the first, not a stack frame."""
    telling = [line for line in lines if line.startswith("panic:") or '"level":"fatal"' in line]
    return next(iter(telling or lines[-1:]), "it wrote nothing").strip()[:300]


def _with_cluster(record: LabRecord, cluster: Cluster) -> LabRecord:
    return replace(record, clusters={**record.clusters, cluster.name: ClusterRecord(cluster.ports)})
