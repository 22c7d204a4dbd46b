"""The keys of one cluster: made once, kept while its folder lives.

The lab's own identities, each with the least it needs. Only `admin` passes every check; the lab
installs with it and hands it to nobody.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from holdfast_lab.certificates import KeyPair, Subject, create_authority, create_signing_key, issue
from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.ports import LOOPBACK
from holdfast_lab.state import write_whole

PLATFORM_ENGINEER = Subject("platform-engineer", groups=("holdfast:platform-engineers",))
IDENTITIES = {
    "admin": Subject("lab-admin", groups=("system:masters",)),
    "kube-controller-manager": Subject("system:kube-controller-manager"),
    "kube-scheduler": Subject("system:kube-scheduler"),
    "kwok": Subject("holdfast-lab:kwok"),
    "platform-engineer": PLATFORM_ENGINEER,
}
_SERVER_NAMES = (
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "localhost",
    LOOPBACK,
    "10.96.0.1",
)


def create_keys(cluster: Cluster, now: datetime) -> None:
    """Write every key the programs start with; does nothing where it was done before."""
    done = cluster.keys / "complete"
    if done.exists():
        return
    cluster.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = create_authority(f"{cluster.name} etcd", now)
    api = create_authority(f"{cluster.name} cluster", now)
    pairs = {
        "etcd-authority": store,
        "cluster-authority": api,
        "etcd": issue(store, Subject("etcd", hosts=("localhost", LOOPBACK)), now),
        "etcd-client": issue(store, Subject("kube-apiserver"), now),
        "kube-apiserver": issue(api, Subject("kube-apiserver", hosts=_SERVER_NAMES), now),
        **{name: issue(api, subject, now) for name, subject in IDENTITIES.items()},
    }
    for name, pair in pairs.items():
        _write_pair(cluster.keys / name, pair)
    private, public = create_signing_key()
    write_whole(cluster.keys / "service-accounts.key", private)
    write_whole(cluster.keys / "service-accounts.pub", public)
    done.touch()


def read_pair(cluster: Cluster, name: str) -> KeyPair:
    """A certificate and key that `create_keys` wrote."""
    path = cluster.keys / name
    return KeyPair(path.with_suffix(".crt").read_bytes(), path.with_suffix(".key").read_bytes())


def _write_pair(path: Path, pair: KeyPair) -> None:
    write_whole(path.with_suffix(".crt"), pair.certificate)
    write_whole(path.with_suffix(".key"), pair.key)
