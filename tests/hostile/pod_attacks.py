"""Pods that would leave their fence, by every way in which a pod comes to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.documents import Document, Edit, changed, edit, edits
from tests.hostile.attack import PRIORITY_SAYS, SECURITY_SAYS, Attack
from tests.hostile.pod_specs import (
    OF_A_MISTAKE,
    OF_THE_ROLE,
    SELECTOR,
    container,
    created,
    lawful,
    tolerating,
)

ZONE = {"labelSelector": {}, "topologyKey": "topology.kubernetes.io/zone"}
PLACES, HOST, PRIVILEGES = "holdfast-pods", "holdfast-pod-host", "holdfast-pod-privileges"


@dataclass(frozen=True, slots=True)
class Unlawful:
    """One edit of a lawful pod: what it wants, which policy refuses it, with which words.

    standard   Kubernetes' own level `restricted` refuses it, too: it is asked first, and of pods only
    second     rules that would refuse the same; some of pods only, whose class the server turns into a number
    """

    what: str
    policy: str
    reason: str
    change: Edit
    standard: bool = False
    second: tuple[tuple[str, str], ...] = ()
    second_of_pods: tuple[tuple[str, str], ...] = ()
    templates_only: bool = False
    ways: tuple[str, ...] = ()


def tolerates(**toleration: str) -> Edit:
    """One more toleration."""
    return lambda spec: spec["tolerations"].append(toleration)


def confined(**context: object) -> Edit:
    """The first container with another securityContext; None takes a part away."""

    def change(spec: Document) -> None:
        merged = {**spec["containers"][0]["securityContext"], **context}
        spec["containers"][0]["securityContext"] = {k: v for k, v in merged.items() if v is not None}

    return change


def with_container(field: str, value: object) -> Edit:
    """The first container with one more field."""
    return lambda spec: spec["containers"][0].update({field: value})


def beside(field: str, **context: object) -> Edit:
    """A second container, of another sort, that is not confined."""
    return lambda spec: spec.update({field: [{**container(**context), "name": "beside"}]})


def volume(**source: object) -> Edit:
    """One volume from a source."""
    return edit("volumes", [{"name": "away", **source}])


def mounted(path: str, **more: object) -> Edit:
    """A directory of the host, mounted."""
    return edits(
        volume(hostPath={"path": path}),
        with_container("volumeMounts", [{"name": "away", "mountPath": "/mnt", **more}]),
    )


def away_from(**whom: object) -> Edit:
    """It lets no pod of theirs into its zone."""
    return edit(
        "affinity",
        {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{**ZONE, **whom}]}},
    )


NO_KEY, NOT_HELD, NO_PATH = "must name its key", "holds no such reservation", "a hostPath volume is refused"
NOT_THEIRS, ESCALATES = "a tenant tolerates no", "allowPrivilegeEscalation: false"
SYSTEM = "components.gke.io/gke-managed-components"
NUMBER = ((PLACES, "spec.priority above 0"),)
FAR = {"httpGet": {"host": "169.254.169.254", "port": 80}}

WHERE = [
    Unlawful("tolerates every taint", PLACES, NO_KEY, tolerates(operator="Exists")),
    Unlawful("tolerates every NoExecute", PLACES, NO_KEY, tolerates(operator="Exists", effect="NoExecute")),
    Unlawful("tolerates a neighbour's host", PLACES, NOT_HELD, edit("tolerations", [tolerating("anthropic")])),
    Unlawful("tolerates closed hosts", PLACES, NOT_HELD, tolerates(key="holdfast.dev/reservation", value="none")),
    Unlawful("tolerates any reservation", PLACES, NOT_HELD,
             tolerates(key="holdfast.dev/reservation", operator="Exists")),
    Unlawful("tolerates an empty reservation", PLACES, NOT_HELD, tolerates(key="holdfast.dev/reservation", value="")),
    Unlawful("tolerates a neighbour's own nodes", PLACES, "declared for other tenants",
             tolerates(key="holdfast.dev/tenant", value="anthropic")),
    Unlawful("tolerates anybody's own nodes", PLACES, "declared for other tenants",
             tolerates(key="holdfast.dev/tenant", operator="Exists")),
    Unlawful("tolerates the system's nodes", PLACES, NOT_THEIRS, tolerates(key=SYSTEM, value="true")),
    Unlawful("tolerates the system's nodes by Exists", PLACES, NOT_THEIRS, tolerates(key=SYSTEM, operator="Exists")),
    Unlawful("tolerates a cordon", PLACES, NOT_THEIRS,
             tolerates(key="node.kubernetes.io/unschedulable", operator="Exists")),
    Unlawful("tolerates the notice before an end", PLACES, NOT_THEIRS,
             tolerates(key="holdfast.dev/draining", operator="Exists")),
    Unlawful("tolerates the control plane", PLACES, NOT_THEIRS,
             tolerates(key="node-role.kubernetes.io/control-plane", operator="Exists")),
    Unlawful("names a node", PLACES, "bypasses the scheduler", edit("nodeName", "NODE-OF-anthropic")),
    Unlawful("names the system's node", PLACES, "bypasses the scheduler", edit("nodeName", "gke-system-00")),
    Unlawful("goes wherever there is room", PLACES, "must say where to run", edit("nodeSelector", None)),
    Unlawful("selects a neighbour's own nodes", PLACES, "must say where to run",
             edit("nodeSelector", {SELECTOR.replace("reservation", "tenant"): "anthropic"})),
    Unlawful("selects by another label only", PLACES, "must say where to run",
             edit("nodeSelector", {"kubernetes.io/hostname": "gke-system-00"})),
    Unlawful("is critical to the cluster", PLACES, "is not for tenants: use",
             edit("priorityClassName", "system-cluster-critical"),
             second_of_pods=NUMBER),
    Unlawful("is critical to its node", PLACES, "is not for tenants: use",
             edit("priorityClassName", "system-node-critical"),
             second_of_pods=NUMBER),
    Unlawful("has another team's priority", PLACES, "is not for tenants: use",
             edit("priorityClassName", "of-another-team")),
    Unlawful("keeps everybody out of its zone", PLACES, "of other namespaces are refused",
             away_from(namespaceSelector={})),
    Unlawful("keeps a neighbour out of its zone", PLACES, "of other namespaces are refused",
             away_from(namespaces=["anthropic"])),
    Unlawful("asks where a neighbour's pods are", PLACES, "of other namespaces are refused",
             edit("affinity", {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
                 {"weight": 1, "podAffinityTerm": {**ZONE, "namespaces": ["anthropic"]}}]}})),
    Unlawful("makes its own priority", PLACES, "spec.priority above 0", edit("priority", 2_000_000_000),
             templates_only=True),
]  # fmt: skip
OF_THE_HOST = [
    Unlawful("mounts the host's root", HOST, NO_PATH, mounted("/", readOnly=True), standard=True),
    Unlawful("mounts the container runtime", HOST, NO_PATH, mounted("/run/containerd/containerd.sock"), standard=True),
    Unlawful("mounts the kubelet's keys", HOST, NO_PATH, mounted("/var/lib/kubelet/pki", readOnly=True), standard=True),
    Unlawful("mounts above the driver", HOST, NO_PATH, mounted("/home/kubernetes/bin", readOnly=True), standard=True),
    Unlawful("mounts past the driver by dots", HOST, NO_PATH,
             mounted("/home/kubernetes/bin/nvidia/./", readOnly=True), standard=True),
    Unlawful("makes the driver's directory", HOST, NO_PATH,
             volume(hostPath={"path": "/home/kubernetes/bin/gib", "type": "DirectoryOrCreate"}), standard=True),
    Unlawful("mounts a network file system", HOST, "a volume of this type is refused",
             volume(nfs={"server": "10.0.0.1", "path": "/"}), standard=True),
    Unlawful("mounts an iSCSI disk", HOST, "a volume of this type is refused",
             volume(iscsi={"targetPortal": "10.0.0.1", "iqn": "iqn.2001-04.com.example:a", "lun": 0}), standard=True),
    Unlawful("joins the host's network", HOST, "hostNetwork is refused", edit("hostNetwork", True), standard=True),
    Unlawful("sees the host's processes", HOST, "hostPID is refused", edit("hostPID", True), standard=True),
    Unlawful("shares the host's memory", HOST, "hostIPC is refused", edit("hostIPC", True), standard=True),
    Unlawful("opens a port of the host", HOST, "hostPort is refused",
             with_container("ports", [{"containerPort": 80, "hostPort": 80}]), standard=True),
    Unlawful("changes the host's kernel", HOST, "safe set is refused",
             edit("securityContext", "sysctls", [{"name": "kernel.msgmax", "value": "1"}]), standard=True),
    Unlawful("has the kubelet probe the cloud's metadata", HOST, "may not name a host",
             with_container("livenessProbe", FAR), standard=True),
    Unlawful("has the kubelet call a neighbour at its end", HOST, "may not name a host",
             with_container("lifecycle", {"preStop": FAR}), standard=True),
]  # fmt: skip
OF_THE_PROCESS = [
    Unlawful("is privileged", PRIVILEGES, "a privileged container is refused",
             confined(privileged=True, allowPrivilegeEscalation=None), standard=True,
             second=((PRIVILEGES, ESCALATES),)),
    Unlawful("may gain privileges", PRIVILEGES, ESCALATES, confined(allowPrivilegeEscalation=None), standard=True),
    Unlawful("keeps its capabilities", PRIVILEGES, "drop: [ALL]", confined(capabilities=None), standard=True),
    Unlawful("adds a capability", PRIVILEGES, "may be added",
             confined(capabilities={"drop": ["ALL"], "add": ["NET_ADMIN"]}), standard=True),
    Unlawful("locks memory without leave", PRIVILEGES, "may be added",
             confined(capabilities={"drop": ["ALL"], "add": ["SYS_RESOURCE"]}), standard=True),
    Unlawful("adds a capability in an init container", PRIVILEGES, "may be added",
             beside("initContainers", capabilities={"drop": ["ALL"], "add": ["SYS_PTRACE"]}), standard=True),
    Unlawful("may be root", PRIVILEGES, "runAsNonRoot: true is missing",
             edit("securityContext", "runAsNonRoot", None), standard=True),
    Unlawful("is root", PRIVILEGES, "runAsUser: 0 is refused", edit("securityContext", "runAsUser", 0), standard=True),
    Unlawful("is root in one container", PRIVILEGES, "runAsUser: 0 is refused", confined(runAsUser=0), standard=True),
    Unlawful("calls the kernel unfiltered", PRIVILEGES, "seccompProfile.type is",
             edit("securityContext", "seccompProfile", None), standard=True),
    Unlawful("takes the filter off one container", PRIVILEGES, "seccompProfile.type is",
             confined(seccompProfile={"type": "Unconfined"}), standard=True),
    Unlawful("takes AppArmor off", PRIVILEGES, "appArmorProfile.type is",
             confined(appArmorProfile={"type": "Unconfined"}), standard=True),
    Unlawful("is another user of SELinux", PRIVILEGES, "seLinuxOptions",
             confined(seLinuxOptions={"user": "system_u"}), standard=True),
    Unlawful("unmasks /proc", PRIVILEGES, "procMount is refused",
             edits(edit("hostUsers", False), confined(procMount="Unmasked")), standard=True),
]  # fmt: skip
WITH_RDMA = [
    Unlawful(
        "writes into the driver's directory", HOST, "with readOnly: true", mounted("/home/kubernetes/bin/gib")
    ),
]
"""What only she can try to whom Rdma was granted."""
ALL = [*WHERE, *OF_THE_HOST, *OF_THE_PROCESS]


def attacks() -> Iterator[Attack]:
    """Each unlawful pod by each way: with a tenant's own role, and where somebody gave her all rights."""
    for each in ALL:
        for way in OF_THE_ROLE:
            yield _attack(each, "mistral", way)
        for way in OF_A_MISTAKE:
            yield _attack(each, "mallory", way)
    for each in WITH_RDMA:
        for way in ("pod", "Job"):
            yield _attack(each, "mallory", way)


def _attack(each: Unlawful, who: str, way: str) -> Attack:
    tried = created(who, way, changed(lawful(who), each.change))
    sentence = f"a {way} that {each.what}"
    guard, reason = each.policy, each.reason
    if way == "pod" and each.standard and who == "mistral":
        guard, reason = SECURITY_SAYS, 'violates PodSecurity "restricted:latest"'
    elif way == "pod" and each.templates_only:
        guard, reason = PRIORITY_SAYS, "must not be provided in pod spec"
    second = each.second + (each.second_of_pods if way == "pod" else ())
    return Attack(sentence, who, "site", guard, reason, tried, second)
