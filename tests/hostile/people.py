"""A tenant's person, known to a server by a certificate of her own: nobody speaks for her."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path

from tests.guards.server import Server

from holdfast_lab import clock
from holdfast_lab.certificates import Subject, issue
from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.control_plane.keys import read_pair
from holdfast_lab.ports import LOOPBACK


class Person(Server):
    """One tenant's person at one cluster."""

    def __init__(self, cluster: Cluster, name: str, folder: Path) -> None:
        super().__init__(cluster)
        self.close()
        pair = issue(read_pair(cluster, "cluster-authority"), Subject(name, groups=(name,)), clock.now())
        files = folder / f"{cluster.name}-{name}.crt", folder / f"{cluster.name}-{name}.key"
        files[0].write_bytes(pair.certificate)
        files[1].write_bytes(pair.key)
        tls = ssl.create_default_context(cafile=str(cluster.authority))
        tls.load_cert_chain(*files)
        self._connection = http.client.HTTPSConnection(
            LOOPBACK, cluster.ports.apiserver, timeout=30, context=tls
        )
