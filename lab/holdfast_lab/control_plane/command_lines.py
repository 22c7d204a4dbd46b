"""Which programs a cluster has, in the order they start, and the command line of each (programs.toml)."""

from __future__ import annotations

import tomllib
from pathlib import Path

from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.process_control.supervision import Command

STAGES = Path(__file__).parent.parent / "stages"
STORE_AND_API = ("etcd", "kube-apiserver")
ISSUERS = "authentication.yaml"
"""An AuthenticationConfiguration in a cluster's folder before it starts: whose tokens its API server takes besides."""
_CONTROLLERS = ("kube-controller-manager",)
_OF_NODES = ("kube-scheduler", "kwok", "kwok-faults")
_PROGRAMS = tomllib.loads(Path(__file__).with_name("programs.toml").read_text(encoding="utf-8"))


def beside_the_api(cluster: Cluster) -> tuple[str, ...]:
    """What runs beside etcd and the API: on the hub no pods, so no scheduler and no kwok."""
    return (*_CONTROLLERS, *_OF_NODES) if cluster.has_nodes else _CONTROLLERS


def command(name: str, cluster: Cluster, programs: Path) -> Command:
    """How a program of the cluster is started; `programs` is the folder it lies in."""
    values = {
        "name": cluster.name,
        "folder": cluster.folder,
        "keys": cluster.keys,
        "authority": cluster.authority,
        "etcd": cluster.ports.etcd,
        "peer": cluster.ports.etcd_peer,
        "apiserver": cluster.ports.apiserver,
        "stages": STAGES,
    }
    started = _PROGRAMS[name]
    flags = [flag.format_map(values) for flag in started["flags"]]
    if name == "kube-apiserver" and (cluster.folder / ISSUERS).exists():
        flags.append(f"--authentication-config={cluster.folder / ISSUERS}")
    return Command(name, (str(programs / started.get("program", name)), *flags))
