"""Documents as Pulumi's engine writes them: plans and states of the stack lake-mariner."""

from __future__ import annotations

import json
from typing import Any

NODE_POOL = "gcp:container/nodePool:NodePool"
NETWORK = "gcp:compute/network:Network"
PUBLISHED = "kubernetes:holdfast.dev/v1alpha1:AcceleratorPool"
Document = dict[str, Any]


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:lake-mariner::holdfast::{kind}::{name}"


def state_of(kind: str, name: str, inputs: Document, **more: Any) -> Document:
    """ResourceV3; `custom` unless told otherwise."""
    return {"urn": urn(kind, name), "custom": True, "type": kind, "inputs": inputs} | more


def step(op: str, kind: str, name: str, old: Document | None, new: Document | None = None) -> Document:
    """PreviewStep, with the changed inputs as its reasons."""
    states = {"oldState": old, "newState": new}
    found: Document = {"op": op, "urn": urn(kind, name), "detailedDiff": None}
    found |= {which: state_of(kind, name, inputs) for which, inputs in states.items() if inputs is not None}
    changed = [key for key in new or {} if (old or {}).get(key) != (new or {})[key]]
    reasons = {"replace": "replaceReasons", "update": "diffReasons"}.get(op)
    return found | ({reasons: changed} if reasons else {})


def plan(*steps: Document, errors: tuple[str, ...] = ()) -> str:
    """PreviewDigest; what is empty is left out, as the engine leaves it out."""
    stack = {"op": "same", "urn": urn("pulumi:pulumi:Stack", "holdfast-lake-mariner"), "detailedDiff": None}
    found: Document = {"config": {"holdfast:hubContext": "hub"}, "steps": [stack, *steps], "duration": 12}
    if errors:
        found["diagnostics"] = [{"message": f"{error}\n", "severity": "error"} for error in errors]
    return json.dumps(found)


def export(*resources: Document, pending: tuple[tuple[str, Document], ...] = ()) -> str:
    """UntypedDeployment of version 3."""
    stack = {"urn": urn("pulumi:pulumi:Stack", "s"), "custom": False, "type": "pulumi:pulumi:Stack"}
    deployment: Document = {"manifest": {}, "resources": [stack, *resources]}
    if pending:
        deployment["pending_operations"] = [{"type": kind, "resource": each} for kind, each in pending]
    return json.dumps({"version": 3, "deployment": deployment})
