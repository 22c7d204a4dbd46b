"""Installs Holdfast's manifests into a running cluster, as its administrator would."""

from __future__ import annotations

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from holdfast_lab.calls import AdminCalls
from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.errors import LabError
from holdfast_lab.progress import Progress
from holdfast_lab.running import Lab
from holdfast_lab.state import RecordFile

MANIFESTS = Path(__file__).parents[2] / "manifests"
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_ATTEMPTS = 3
_ESTABLISHED_SECONDS = 15.0


def manifests_for(cluster: Cluster, manifests: Path = MANIFESTS) -> tuple[Path, ...]:
    """The folders that belong into the cluster, in the order of their installation."""
    names = ("site",) if cluster.has_nodes else ("definitions", "hub")
    return tuple(manifests / name for name in names)


def install_missing(lab: Lab, records: RecordFile, manifests: Path, progress: Progress) -> list[str]:
    """Install into every cluster that was started since it last had the manifests; their names."""
    record = records.read()
    missing = [each for name, each in lab.clusters.items() if not record.clusters[name].installed]

    def install_one(cluster: Cluster) -> str:
        with progress.step(f"installing into {cluster.name}"):
            for folder in manifests_for(cluster, manifests):
                install(cluster, folder)
        records.mark_installed(cluster.name)
        return cluster.name

    with ThreadPoolExecutor() as pool:
        return list(pool.map(install_one, missing))


def install(cluster: Cluster, folder: Path) -> bool:
    """Server-side apply every object of the folder and wait until its kinds are served.

    A folder with a kustomization is built, another is taken file by file. Returns False where
    there is no folder. Objects of kinds that the same folder defines are refused until these are
    served, so a refused apply is repeated; the last refusal becomes a LabError.
    """
    if not folder.is_dir() or not any(folder.rglob("*.yaml")):
        return False
    refusal = ""
    for _ in range(_ATTEMPTS):
        refusal = _apply(cluster, folder)
        _wait_until_served(cluster)
        if not refusal:
            return True
    raise LabError(f"{cluster.name} refused {folder.name}/ of the manifests: {refusal}")


def _apply(cluster: Cluster, folder: Path) -> str:
    source = ["-k"] if (folder / "kustomization.yaml").exists() else ["--recursive", "-f"]
    argv = [
        str(cluster.state.programs / "kubectl"),
        f"--kubeconfig={cluster.kubeconfig('admin')}",
        "apply",
        "--server-side",
        "--force-conflicts",
        "--field-manager=holdfast-install",
        *source,
        str(folder),
    ]
    answer = subprocess.run(argv, capture_output=True, text=True, check=False)
    return "" if answer.returncode == 0 else " / ".join(answer.stderr.strip().splitlines()[-3:])


def _wait_until_served(cluster: Cluster) -> None:
    calls = AdminCalls(cluster)
    deadline = time.monotonic() + _ESTABLISHED_SECONDS
    while waiting := _not_established(calls.get(_DEFINITIONS).body["items"]):
        if time.monotonic() > deadline:
            raise LabError(f"{cluster.name} does not serve {', '.join(waiting)}: see its kube-apiserver log")
        time.sleep(0.1)


def _not_established(definitions: list[dict[str, Any]]) -> list[str]:
    return [each["metadata"]["name"] for each in definitions if not _is_established(each)]


def _is_established(definition: dict[str, Any]) -> bool:
    conditions = definition.get("status", {}).get("conditions") or []  # null before the first check
    return ("Established", "True") in {(each["type"], each["status"]) for each in conditions}
