"""How each program is started: pure command lines, one function per program.

Everything listens on loopback with TLS. The lab's timings are short where a person waits for a
failure to be noticed, and generous where a busy laptop would be taken for a dead host: a host that
a test fails is NotReady at once (kwok says so), the grace period only covers kwok itself dying.
"""

from pathlib import Path

from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.ports import LOOPBACK
from holdfast_lab.process_control.supervision import Command

NODE_LEASE_SECONDS = 20  # kwok renews at a quarter of it
NODE_GRACE_SECONDS = 20
EVICTION_SECONDS = 30  # how long a pod stays bound to a host that is gone, unless it says otherwise
SERVICE_NETWORK = "10.96.0.0/16"
ISSUER = "https://kubernetes.default.svc"
STAGES = Path(__file__).parent.parent / "stages"


def store_command(cluster: Cluster, programs: Path) -> Command:
    """etcd, for clients with a certificate of its own authority only; no fsync: the lab is throwaway."""
    client = f"https://{LOOPBACK}:{cluster.ports.etcd}"
    peer = f"https://{LOOPBACK}:{cluster.ports.etcd_peer}"
    keys = cluster.keys
    return _command(
        programs / "etcd",
        f"--name={cluster.name}",
        f"--data-dir={cluster.folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster={cluster.name}={peer}",
        "--client-cert-auth",
        f"--trusted-ca-file={keys / 'etcd-authority.crt'}",
        f"--cert-file={keys / 'etcd.crt'}",
        f"--key-file={keys / 'etcd.key'}",
        "--peer-client-cert-auth",
        f"--peer-trusted-ca-file={keys / 'etcd-authority.crt'}",
        f"--peer-cert-file={keys / 'etcd.crt'}",
        f"--peer-key-file={keys / 'etcd.key'}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    )


def api_command(cluster: Cluster, programs: Path) -> Command:
    """kube-apiserver: certificates and service accounts only, Node and RBAC authorization."""
    keys = cluster.keys
    return _command(
        programs / "kube-apiserver",
        f"--bind-address={LOOPBACK}",
        f"--advertise-address={LOOPBACK}",
        f"--secure-port={cluster.ports.apiserver}",
        f"--etcd-servers=https://{LOOPBACK}:{cluster.ports.etcd}",
        f"--etcd-cafile={keys / 'etcd-authority.crt'}",
        f"--etcd-certfile={keys / 'etcd-client.crt'}",
        f"--etcd-keyfile={keys / 'etcd-client.key'}",
        f"--tls-cert-file={keys / 'kube-apiserver.crt'}",
        f"--tls-private-key-file={keys / 'kube-apiserver.key'}",
        f"--client-ca-file={cluster.authority}",
        f"--service-account-issuer={ISSUER}",
        f"--service-account-key-file={keys / 'service-accounts.pub'}",
        f"--service-account-signing-key-file={keys / 'service-accounts.key'}",
        "--service-account-max-token-expiration=8760h",
        f"--service-cluster-ip-range={SERVICE_NETWORK}",
        "--anonymous-auth=false",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--endpoint-reconciler-type=none",
        f"--default-not-ready-toleration-seconds={EVICTION_SECONDS}",
        f"--default-unreachable-toleration-seconds={EVICTION_SECONDS}",
    )


def controllers_command(cluster: Cluster, programs: Path) -> Command:
    """kube-controller-manager: namespaces, garbage, service accounts; nodes and jobs at a site."""
    keys = cluster.keys
    kubeconfig = cluster.kubeconfig("kube-controller-manager")
    return _command(
        programs / "kube-controller-manager",
        f"--kubeconfig={kubeconfig}",
        f"--service-account-private-key-file={keys / 'service-accounts.key'}",
        f"--root-ca-file={cluster.authority}",
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        "--secure-port=0",
        "--node-monitor-period=1s",
        f"--node-monitor-grace-period={NODE_GRACE_SECONDS}s",
        "--terminated-pod-gc-threshold=1000",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    )


def scheduler_command(cluster: Cluster, programs: Path) -> Command:
    """kube-scheduler with its stock profile."""
    return _command(
        programs / "kube-scheduler",
        f"--kubeconfig={cluster.kubeconfig('kube-scheduler')}",
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    )


def kwok_commands(cluster: Cluster, programs: Path) -> list[Command]:
    """Two kwoks: one plays hosts and their pods, one only fails and repairs hosts.

    kwok leaves a host alone, and its pods, once somebody else holds the host's lease. That is how
    a failed host falls silent; the second kwok asks no lease and so can take it and give it back.
    """
    return [
        _kwok("kwok", "hosts.yaml", cluster, programs, NODE_LEASE_SECONDS),
        _kwok("kwok-faults", "faults.yaml", cluster, programs, 0),
    ]


def _kwok(name: str, stages: str, cluster: Cluster, programs: Path, lease_seconds: int) -> Command:
    return _command(
        programs / "kwok",
        f"--kubeconfig={cluster.kubeconfig('kwok')}",
        f"--config={STAGES / stages}",
        "--manage-all-nodes=false",
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
        f"--node-lease-duration-seconds={lease_seconds}",
        name=name,
    )


def _command(program: Path, *flags: str, name: str = "") -> Command:
    return Command(name or program.name, (str(program), *flags))
