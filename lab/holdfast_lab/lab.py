"""The lab: a hub and datacenters on one machine; up, status and down.

`up` reads what is on record, keeps what is healthy and adds the rest:

    strays ended -> clusters, side by side -> people's kubeconfigs -> manifests -> accounts ->
    operator and agents -> companions

The lab is throwaway: `down` ends every process and forgets the clusters, keys and stored objects
with them, and with these what the pretend cloud held; logs stay. A lab that crashed was not taken
down, so the next `up` repairs it and keeps what etcd holds.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast_lab import credentials
from holdfast_lab.cluster_start import is_ready
from holdfast_lab.companions.starting import start_companions
from holdfast_lab.control_plane.cluster import HUB, Cluster
from holdfast_lab.disk_space import unusable
from holdfast_lab.errors import LabError
from holdfast_lab.installation import MANIFESTS, install_missing
from holdfast_lab.process_control.supervision import group_of, is_alive, stop, strays
from holdfast_lab.processes import OPERATOR_AND_AGENTS, ProcessSet, cluster_of, start_processes
from holdfast_lab.progress import Progress
from holdfast_lab.running import Lab, clusters_on_record, open_lab
from holdfast_lab.starting import start_missing_clusters
from holdfast_lab.state import LabRecord, RecordFile, StateFolder

DEFAULT_SITES = ("lake-mariner", "abernathy")
_DATACENTER = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process on record."""

    name: str
    pid: int
    alive: bool


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """One cluster on record: ready means that all its programs run, Holdfast's own too, and its API says so."""

    name: str
    endpoint: str
    ready: bool
    processes: list[ProcessStatus]


def up(
    path: Path,
    sites: Sequence[str] = DEFAULT_SITES,
    process_sets: Sequence[ProcessSet] = OPERATOR_AND_AGENTS,
    progress: Progress | None = None,
    manifests: Path = MANIFESTS,
) -> Lab:
    """Start the hub and the datacenters that are missing; safe to repeat and to interrupt.

    Datacenters and companions on record that are not named stay. Clusters that this call started are ended again
    when one of them does not come up or the call is interrupted; when manifests are refused the
    clusters stay, and the next call goes on there. Raises LabError, one line a person can act on.
    """
    progress = progress or Progress()
    check_sites(sites)
    state = StateFolder.at(path)
    state.create()
    with _clear_words(state), state.locked(progress.say):
        records = RecordFile(state)
        _end_strays(state, records.read())
        moved = start_missing_clusters(state, sites, progress)
        lab = open_lab(path)
        if moved or not state.kubeconfig.exists():
            credentials.write_people(state, lab.clusters, records.read().tenants)
        installed = install_missing(lab, records, manifests, progress)
        if moved or installed or not credentials.accounts_written(state, lab.clusters):
            credentials.write_accounts(state, lab.clusters)
        started = start_processes(lab, records, process_sets, anew=bool(moved))
        started += start_companions(lab, records, (), progress)
    if not (moved or installed or started):
        progress.say("the lab is up already")
    return lab


def accompany(path: Path, companions: Iterable[str], progress: Progress | None = None) -> Lab:
    """Add companions, by name, to every site of a lab that is up; from then on `up` keeps them. Safe to repeat.

    Raises LabError where one is unknown, cannot be built or does not become ready; the lab stays up without it.
    """
    progress = progress or Progress()
    state, lab = StateFolder.at(path), open_lab(path)
    with _clear_words(state), state.locked(progress.say):
        start_companions(lab, RecordFile(state), companions, progress)
    return lab


def down(path: Path, *, delete: bool = False) -> int:
    """End every process of the lab and forget its clusters; returns how many were ended.

    Logs stay unless `delete` removes the whole folder. Does nothing where there is no lab.
    """
    state = StateFolder.at(path)
    if not state.root.is_dir():
        return 0
    with _clear_words(state), state.locked(lambda _: None):
        ended = _end_all(state, RecordFile(state).read())
        for each in state.forgotten:
            _remove(each)
        if delete:
            shutil.rmtree(state.root)
    return ended


def status(path: Path) -> list[ClusterStatus]:
    """Every cluster on record, the hub first; empty where there is no lab."""
    state = StateFolder.at(path)
    record = RecordFile(state).read()
    clusters = clusters_on_record(state, record).values()
    ordered = sorted(clusters, key=lambda cluster: (cluster.name != HUB, cluster.name))
    return [_cluster_status(cluster, record) for cluster in ordered]


def check_sites(sites: Iterable[str]) -> None:
    """Refuse names that could not be a Datacenter's."""
    for name in sites:
        if name == HUB or not _DATACENTER.fullmatch(name):
            raise LabError(
                f"--sites: {name!r} cannot name a datacenter: use lower-case letters, digits and -"
            )


def _end_strays(state: StateFolder, record: LabRecord) -> None:
    """Children that a crash kept from being written down; what a child on record has started is none."""
    known = set(record.processes())
    leaders = {process.pid for process in known if is_alive(process)}
    stop(stray for stray in strays(state.root) if stray not in known and group_of(stray) not in leaders)


def _end_all(state: StateFolder, record: LabRecord) -> int:
    living = {process for process in (*record.processes(), *strays(state.root)) if is_alive(process)}
    for wave in (*record.stop_order(), living):
        stop(wave)
    return len(living)


def _cluster_status(cluster: Cluster, record: LabRecord) -> ClusterStatus:
    before = record.clusters[cluster.name]
    own = record.operator_and_agents.items()
    beside = {name: each for name, each in own if cluster_of(name) == cluster.name}
    processes = [
        ProcessStatus(name, process.pid, is_alive(process))
        for name, process in {**before.processes, **beside}.items()
    ]
    ready = is_ready(cluster, before) and all(process.alive for process in processes)
    return ClusterStatus(cluster.name, cluster.endpoint, ready, processes)


@contextlib.contextmanager
def _clear_words(state: StateFolder) -> Iterator[None]:
    """A full disk or a lost right in the middle becomes one line, too."""
    try:
        yield
    except OSError as error:
        raise unusable(state.root, error) from error


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    path.unlink(missing_ok=True)
