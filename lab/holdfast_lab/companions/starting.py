"""Installs and starts a lab's companions, at every site of it.

its program and manifests -> keys and ports -> manifests into the site -> its account's token -> started -> ready

A companion that does not come up is a LabError with its name and its last words: nothing counts as seen without it.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from holdfast_lab import clock
from holdfast_lab.cluster_start import last_words
from holdfast_lab.companions.building import built
from holdfast_lab.companions.catalogue import Companion, companions, settings_of
from holdfast_lab.companions.certificates import webhook_keys
from holdfast_lab.companions.manifests import Object, fitted
from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.credentials import service_account
from holdfast_lab.errors import LabError
from holdfast_lab.installation import install
from holdfast_lab.kubeconfig import write_kubeconfig
from holdfast_lab.polling import poll
from holdfast_lab.ports import LOOPBACK, free_ports
from holdfast_lab.process_control.supervision import Process, is_alive, spawn
from holdfast_lab.processes import restarted
from holdfast_lab.progress import Progress
from holdfast_lab.running import Lab
from holdfast_lab.state import RecordFile, write_whole

_READY_SECONDS = 90.0
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a definition of Kueue's has 30,000 lines


@dataclass(frozen=True, slots=True)
class Place:
    """A companion at one site: its folder there, and where it listens."""

    companion: Companion
    cluster: Cluster
    webhook_port: int
    health_port: int

    @property
    def process(self) -> str:
        """How its process is called in the lab's record."""
        return process_name(self.companion, self.cluster.name)

    @property
    def folder(self) -> Path:
        """Everything it is started with."""
        return self.cluster.folder / self.companion.name

    @property
    def certificates(self) -> Path:
        """What its webhooks answer with."""
        return self.folder / "certificates"


def process_name(companion: Companion, site: str) -> str:
    """How the process of a companion at a site is called."""
    return f"{companion.name}-{site}"


def start_companions(lab: Lab, records: RecordFile, names: Iterable[str], progress: Progress) -> list[str]:
    """Start those of these names and those on record wherever they do not run; returns their processes' names."""
    wanted = companions({*names, *records.read().companions})
    records.change(lambda record: replace(record, companions=[each.name for each in wanted]))
    sites = [cluster for cluster in lab.clusters.values() if cluster.has_nodes]
    started: list[str] = []
    for companion in wanted:
        missing = [each for each in sites if not _runs(records, companion, each)]
        started += _start_at(missing, companion, records, progress)
    return started


def _start_at(
    clusters: Sequence[Cluster], companion: Companion, records: RecordFile, progress: Progress
) -> list[str]:
    if not clusters:
        return []
    folder = built(companion, progress)
    places = [Place(companion, cluster, *free_ports(2)) for cluster in clusters]
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda place: start(place, folder, records, progress), places))


def _runs(records: RecordFile, companion: Companion, cluster: Cluster) -> bool:
    process = records.read().operator_and_agents.get(process_name(companion, cluster.name))
    return process is not None and is_alive(process)


def start(place: Place, folder: Path, records: RecordFile, progress: Progress) -> str:
    """Install and start what `built` gave as `folder`; its process's name, under which it is on record."""
    with progress.step(f"starting {place.companion.name} at {place.cluster.name}"):
        keys = _write_keys(place)
        _install(place, folder, keys)
        access = service_account(place.cluster, place.companion.namespace, place.companion.account)
        write_kubeconfig(place.folder / "kubeconfig", [access])
        settings = settings_of(
            place.companion, place.webhook_port, place.health_port, str(place.certificates)
        )
        write_whole(place.folder / "settings.yaml", json.dumps(settings).encode())
        log = place.cluster.log(place.companion.name)
        command = restarted(
            place.process,
            str(folder / place.companion.name),
            f"--config={place.folder / 'settings.yaml'}",
            f"--kubeconfig={place.folder / 'kubeconfig'}",
        )
        process = spawn(command, log, place.cluster.state.root)
        records.remember_process(place.process, process)
        _wait(place, process, log)
    return place.process


def _write_keys(place: Place) -> Mapping[str, bytes]:
    """In files for its server, and in a Secret for its own keeper of certificates."""
    keys = webhook_keys(place.companion, clock.now())
    place.certificates.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file, content in keys.items():
        write_whole(place.certificates / file, content)
    return keys


def _install(place: Place, folder: Path, keys: Mapping[str, bytes]) -> None:
    """Apply its manifests as they fit here, the Secret among them."""
    encoded = {file: base64.b64encode(content).decode() for file, content in keys.items()}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": place.companion.secret, "namespace": place.companion.namespace},
        "data": encoded,
    }
    endpoint = f"https://{LOOPBACK}:{place.webhook_port}"
    objects = fitted(_rendered(place.cluster, folder / "config" / "default"), endpoint, encoded["ca.crt"])
    everything: dict[str, Any] = {"apiVersion": "v1", "kind": "List", "items": [*objects, secret]}
    (place.folder / "objects").mkdir(exist_ok=True)
    write_whole(place.folder / "objects" / "all.yaml", json.dumps(everything).encode())
    install(place.cluster, place.folder / "objects")


def _rendered(cluster: Cluster, folder: Path) -> list[Object]:
    kubectl = str(cluster.state.programs / "kubectl")
    answer = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise LabError(f"{folder} cannot be built: {answer.stderr.strip()[-300:]}")
    return list(yaml.load_all(answer.stdout, _LOADER))


def _wait(place: Place, process: Process, log: Path) -> None:
    """Until it says that it is ready: its webhooks answer then, and no pod is refused for want of them."""
    deadline = time.monotonic() + _READY_SECONDS
    poll(lambda: _is_ready(place) or not is_alive(process), _READY_SECONDS)
    if time.monotonic() > deadline or not _is_ready(place):
        lines = log.read_text(errors="replace").splitlines()
        raise LabError(f"{place.process} did not become ready ({last_words(lines)}); see {log}")


def _is_ready(place: Place) -> bool:
    """LeaderWorkerSet says it is before its webhooks listen, so these are called, too."""
    connection = http.client.HTTPConnection(LOOPBACK, place.health_port, timeout=2)
    try:
        socket.create_connection((LOOPBACK, place.webhook_port), timeout=2).close()
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
