"""What etcd itself holds, past the API server, which may show something newer."""

from __future__ import annotations

import base64
import json
import ssl
from http.client import HTTPSConnection

from tests.documents import Document

from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.ports import LOOPBACK


def stored(cluster: Cluster, plural: str) -> list[Document]:
    """Every object of one of our kinds, as it is stored; by etcd's JSON gateway (etcd.io/docs, api_grpc_gateway)."""
    tls = ssl.create_default_context(cafile=str(cluster.keys / "etcd-authority.crt"))
    tls.load_cert_chain(cluster.keys / "etcd-client.crt", cluster.keys / "etcd-client.key")
    first = f"/registry/holdfast.dev/{plural}/".encode()
    asked = {"key": _encoded(first), "range_end": _encoded(first[:-1] + b"0")}
    server = HTTPSConnection(LOOPBACK, cluster.ports.etcd, timeout=30, context=tls)
    try:
        server.request("POST", "/v3/kv/range", json.dumps(asked))
        found = json.load(server.getresponse())["kvs"]
    finally:
        server.close()
    return [json.loads(base64.b64decode(one["value"])) for one in found]


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()
