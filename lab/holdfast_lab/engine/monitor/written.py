"""This engine's steps and state in the form the real one writes, so that whoever reads one reads the other.

    preview --json     the digest: configuration, steps with both states, errors, how many of which
    export             the deployment: every resource, and what was asked and never answered

Secrets are blinded in both. Source: github.com/pulumi/pulumi at v3.260.0, pkg/display/json.go,
pkg/backend/display/json.go, sdk/go/common/apitype/core.go (DeploymentV3, ResourceV3, OperationV2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast_lab.clock import now
from holdfast_lab.engine.monitor.report import Foreseen, Report
from holdfast_lab.engine.monitor.state import ResourceState, Snapshot
from holdfast_lab.pulumi_protocol.property_values import is_secret

Document = dict[str, Any]
_BLIND = "[secret]"
_HOOK_MOMENTS = {"before_delete": "BeforeDelete", "before_update": "BeforeUpdate"}


def digest(report: Report, config: Mapping[str, str]) -> Document:
    """What `pulumi preview --json` prints of such a run."""
    steps = list(_logical(report.foreseen))
    counted = Counter(each.op for each in steps)
    parts = {
        "config": dict(config),
        "steps": [_step(each) for each in steps],
        "diagnostics": [{"message": f"{error}\n", "severity": "error"} for error in report.errors],
        "changeSummary": dict(counted),
    }
    return {name: part for name, part in parts.items() if part}


def deployment(snapshot: Snapshot) -> Document:
    """What `pulumi stack export` prints of such a stack."""
    return {
        "version": 3,
        "deployment": {
            "manifest": {"time": now().isoformat(), "magic": "", "version": "the lab's monitor engine"},
            "resources": [resource(each) for each in snapshot.resources],
            "pending_operations": [
                {"resource": resource(each.resource), "type": each.operation} for each in snapshot.pending
            ],
        },
    }


def resource(each: ResourceState) -> Document:
    """One resource; what is empty is left out, as the real engine leaves it out."""
    options = {
        "id": each.id,
        "inputs": _blinded(each.inputs),
        "outputs": _blinded(each.outputs),
        "parent": each.parent,
        "provider": each.provider,
        "dependencies": each.dependencies,
        "propertyDependencies": each.property_dependencies,
        "protect": each.protect,
        "retainOnDelete": each.retain,
        "delete": each.replaced,
        "resourceHooks": {_HOOK_MOMENTS.get(when, when): names for when, names in each.hooks.items()},
    }
    kept = {name: value for name, value in options.items() if value}
    return {"urn": each.urn, "custom": each.custom, "type": each.type, **kept}


def _logical(foreseen: Sequence[Foreseen]) -> Iterator[Foreseen]:
    """Steps as a person counts them: what goes for its ground and comes again is one replacement."""
    replaced = {each.urn for each in foreseen if each.op == "replace"}
    for each in foreseen:
        if each.op != "create" or each.urn not in replaced:
            yield each


def _step(each: Foreseen) -> Document:
    reasons = {"replace": "replaceReasons", "update": "diffReasons"}.get(each.op)
    states: Sequence[tuple[str, ResourceState | None]] = (("oldState", each.old), ("newState", each.new))
    return {
        "op": each.op,
        "urn": each.urn,
        **{name: resource(state) for name, state in states if state},
        **({reasons: list(each.reasons)} if reasons else {}),
        "detailedDiff": None,
    }


def _blinded(value: Any) -> Any:
    if is_secret(value):
        return _BLIND
    if isinstance(value, dict):
        return {key: _blinded(each) for key, each in value.items()}
    return [_blinded(each) for each in value] if isinstance(value, list) else value
