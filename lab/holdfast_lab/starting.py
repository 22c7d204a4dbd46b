"""Starts the clusters a lab lacks, side by side: all of them or none."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from holdfast_lab import clock
from holdfast_lab.cluster_start import Starter, end_clusters, is_ready
from holdfast_lab.control_plane.cluster import HUB, Cluster, choose_ports
from holdfast_lab.disk_space import require_space
from holdfast_lab.programs import PROGRAMS, ensure_programs, link_programs
from holdfast_lab.progress import Progress
from holdfast_lab.running import clusters_on_record
from holdfast_lab.state import LabRecord, RecordFile, StateFolder


def start_missing_clusters(state: StateFolder, sites: Sequence[str], progress: Progress) -> list[str]:
    """Start the hub, the named sites and those on record, as far as they do not run.

    Returns the names of those it started; on any failure or Ctrl-C it ends them again and raises.
    """
    records = RecordFile(state)
    record = records.read()
    missing = [cluster for cluster in _wanted(state, record, sites) if not _runs(cluster, record)]
    if not missing:
        return []
    kept = sum((cluster.folder / "etcd").exists() for cluster in missing)
    require_space(state.root, len(missing) - kept, kept)
    programs = ensure_programs(progress)
    link_programs((programs / program.name for program in PROGRAMS), state.programs)
    starter = Starter(state.programs, records, clock.now(), threading.Event())
    try:
        _start_all(starter, missing, progress)
    except BaseException:
        started = records.read().clusters
        end_clusters([started[each.name] for each in missing if each.name in started])
        raise
    return [cluster.name for cluster in missing]


def _wanted(state: StateFolder, record: LabRecord, sites: Sequence[str]) -> list[Cluster]:
    new = sorted({HUB, *sites} - record.clusters.keys())
    return [
        *clusters_on_record(state, record).values(),
        *(Cluster(name, state, choose_ports()) for name in new),
    ]


def _runs(cluster: Cluster, record: LabRecord) -> bool:
    before = record.clusters.get(cluster.name)
    return before is not None and is_ready(cluster, before)


def _start_all(starter: Starter, clusters: Sequence[Cluster], progress: Progress) -> None:
    with ThreadPoolExecutor(len(clusters)) as pool:
        futures = [pool.submit(_start, starter, cluster, progress) for cluster in clusters]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            starter.cancelled.set()  # the pool waits for its threads; this makes them give up now
            raise


def _start(starter: Starter, cluster: Cluster, progress: Progress) -> None:
    with progress.step(f"starting {cluster.name}"):
        starter.start(cluster)
