"""The kubeconfigs one cluster's own programs and the lab's installation use."""

from __future__ import annotations

from holdfast_lab.certificates import KeyPair
from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.control_plane.keys import IDENTITIES, read_pair
from holdfast_lab.kubeconfig import Access, write_kubeconfig


def access(cluster: Cluster, credential: KeyPair | str, context: str = "") -> Access:
    """A context that enters the cluster with a credential, named after the cluster by default."""
    return Access(context or cluster.name, cluster.endpoint, cluster.authority.read_bytes(), credential)


def write_own_kubeconfigs(cluster: Cluster) -> None:
    """One file per identity of the cluster; written again at each start, as ports may change."""
    for identity in IDENTITIES:
        write_kubeconfig(cluster.kubeconfig(identity), [access(cluster, read_pair(cluster, identity))])
