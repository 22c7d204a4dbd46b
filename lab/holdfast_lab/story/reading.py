"""What the story's observations read out of objects."""

from __future__ import annotations

from holdfast_lab.story.fixtures import Document
from holdfast_lab.testing import Kubectl


def reservation(kubectl: Kubectl, path: str) -> Document:
    """A reservation as its tenant sees it."""
    namespace, _, name = path.partition("/")
    found: Document = kubectl.get("capacityreservations.holdfast.dev", name, "-n", namespace)
    return found


def reason(document: Document, condition: str = "Ready") -> str:
    """The reason of a condition, empty where there is none yet."""
    conditions = document.get("status", {}).get("conditions", [])
    return next((each["reason"] for each in conditions if each["type"] == condition), "")


def ready_reason(kubectl: Kubectl, path: str) -> str:
    """STATUS of a reservation: the reason of condition Ready."""
    return reason(reservation(kubectl, path))


def stands(kubectl: Kubectl, path: str, wanted: str) -> str:
    """The wanted STATUS if the reservation has it, else nothing: an answer for Context.until."""
    return wanted if ready_reason(kubectl, path) == wanted else ""


def is_true(document: Document, condition: str) -> bool:
    """Whether an object has this condition."""
    conditions = document.get("status", {}).get("conditions", [])
    return any(each["type"] == condition and each["status"] == "True" for each in conditions)


def units_of(kubectl: Kubectl, uid: str) -> dict[str, str]:
    """unit → pool of what a reservation holds, by the ledgers."""
    found = {}
    for pool in kubectl.get("acceleratorpools.holdfast.dev")["items"]:
        for unit, grant in pool.get("status", {}).get("units", {}).items():
            if grant.get("promise") == uid and grant["state"] == "Active":
                found[unit] = pool["metadata"]["name"]
    return found


def nodes_of_pods(kubectl: Kubectl, namespace: str, selector: str) -> set[str]:
    """The nodes on which pods run or ran."""
    pods = kubectl.get("pods", "-n", namespace, "-l", selector)["items"]
    return {pod["spec"]["nodeName"] for pod in pods if pod["spec"].get("nodeName")}
