"""The lab's state folder: where everything is, and `lab.json`, what was started.

    <state>/lab.json       clusters, ports, processes (this file's records)
    <state>/kubeconfig     contexts hub and one per datacenter, as platform engineer
    <state>/credentials/   one kubeconfig per other identity
    <state>/clusters/NAME/ keys, certificates and etcd's files of one cluster
    <state>/logs/          one file per process
    <state>/bin/           links to the programs and plugins
    <state>/cloud.sqlite, pulumi-monitor/, pulumi/, config/   what was provisioned

`lab.json` is written whole and renamed into place after every start, so that a crash leaves either
the reading before or the one after.
"""

from __future__ import annotations

import contextlib
import fcntl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from holdfast_lab.disk_space import unusable
from holdfast_lab.errors import LabError
from holdfast_lab.process_control.supervision import Process


@dataclass(frozen=True, slots=True)
class Ports:
    """Where one cluster listens, all on loopback."""

    etcd: int
    etcd_peer: int
    apiserver: int


@dataclass(frozen=True, slots=True)
class ClusterRecord:
    """What was started of one cluster; processes by program name; whether the manifests are in."""

    ports: Ports
    processes: dict[str, Process] = field(default_factory=dict)
    installed: bool = False

    def store(self) -> list[Process]:
        """etcd, which ends last: a kube-apiserver without it takes a minute to end."""
        return [process for program, process in self.processes.items() if program == "etcd"]

    def without_store(self) -> list[Process]:
        """All programs but etcd."""
        return [process for program, process in self.processes.items() if program != "etcd"]


@dataclass(frozen=True, slots=True)
class LabRecord:
    """Everything that was started; `tenants` maps a tenant with credentials to its group.

    `operator_and_agents` are Holdfast's own processes and the companions'; `companions` says which a site is to have.
    """

    clusters: dict[str, ClusterRecord] = field(default_factory=dict)
    operator_and_agents: dict[str, Process] = field(default_factory=dict)
    tenants: dict[str, str] = field(default_factory=dict)
    companions: list[str] = field(default_factory=list)

    def processes(self) -> list[Process]:
        """All children on record, alive or not."""
        of_clusters = [each for cluster in self.clusters.values() for each in cluster.processes.values()]
        return [*self.operator_and_agents.values(), *of_clusters]

    def stop_order(self) -> list[list[Process]]:
        """Who ends first, who then."""
        clusters = self.clusters.values()
        stores = [process for cluster in clusters for process in cluster.store()]
        users = [process for cluster in clusters for process in cluster.without_store()]
        return [list(self.operator_and_agents.values()), users, stores]


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The folder's layout; `root` is absolute."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> StateFolder:
        """The folder for a path as a person typed it; refuses what PATH cannot hold."""
        root = path.expanduser().absolute()
        if ":" in str(root) or "\n" in str(root):
            raise LabError(
                f"--state {str(root)!r} has a colon or a line break and cannot stand in PATH: choose another"
            )
        return cls(root)

    @property
    def record_file(self) -> Path:
        """What was started."""
        return self.root / "lab.json"

    @property
    def kubeconfig(self) -> Path:
        """Every cluster, as platform engineer."""
        return self.root / "kubeconfig"

    @property
    def credentials(self) -> Path:
        """Kubeconfigs of all other identities."""
        return self.root / "credentials"

    @property
    def clusters(self) -> Path:
        """One folder per cluster."""
        return self.root / "clusters"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.root / "logs"

    @property
    def programs(self) -> Path:
        """Links to the programs, first in PATH."""
        return self.root / "bin"

    @property
    def forgotten(self) -> list[Path]:
        """What `down` removes: the clusters and all that is known about their contents."""
        clusters = [self.clusters, self.credentials, self.record_file, self.kubeconfig]
        provisioned = [
            "cloud.sqlite",
            "cloud.sqlite-wal",
            "cloud.sqlite-shm",
            "pulumi-monitor",
            "pulumi",
            "config",
        ]
        return [*clusters, *(self.root / name for name in provisioned)]

    def create(self) -> None:
        """Make the folders, for the owner alone; a clear refusal if that cannot be."""
        try:
            for folder in (self.root, self.credentials, self.clusters, self.logs, self.programs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unusable(self.root, error) from error

    @contextlib.contextmanager
    def locked(self, on_wait: Callable[[str], None]) -> Iterator[None]:
        """Hold the folder for one command; a second one waits, having said so."""
        waiting = "another lab command uses this state folder; waiting for it"
        with locked(self.root / "lock", lambda: on_wait(waiting)):
            yield


class RecordFile:
    """Reads and changes `lab.json`; safe for the threads of one command."""

    def __init__(self, state: StateFolder) -> None:
        self._path = state.record_file
        self._lock = threading.Lock()

    def read(self) -> LabRecord:
        """What is on record; nothing if the file is missing or was not written by this lab."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=LabRecord)
        except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
            return LabRecord()

    def change(self, change: Callable[[LabRecord], LabRecord]) -> LabRecord:
        """Replace the record by what `change` makes of it."""
        with self._lock:
            changed = change(self.read())
            write_whole(self._path, msgspec.json.format(msgspec.json.encode(changed)))
            return changed

    def remember(self, cluster: str, program: str, process: Process) -> None:
        """Write down a started program of a cluster that is already on record."""

        def add(before: ClusterRecord) -> ClusterRecord:
            return replace(before, processes={**before.processes, program: process})

        self.change_cluster(cluster, add)

    def mark_installed(self, cluster: str) -> None:
        """Write down that the cluster has the manifests."""
        self.change_cluster(cluster, lambda before: replace(before, installed=True))

    def change_cluster(self, name: str, change: Callable[[ClusterRecord], ClusterRecord]) -> None:
        """Replace the record of one cluster by what `change` makes of it."""

        def within(record: LabRecord) -> LabRecord:
            return replace(record, clusters={**record.clusters, name: change(record.clusters[name])})

        self.change(within)

    def remember_process(self, name: str, process: Process) -> None:
        """Write down a started operator or agent."""

        def add(before: LabRecord) -> LabRecord:
            return replace(before, operator_and_agents={**before.operator_and_agents, name: process})

        self.change(add)


@contextlib.contextmanager
def locked(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold a lock file; while another process has it, wait, unless `on_wait`, called first, raises."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place in one move, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.draft")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)
