"""The CustomResourceDefinition of a kind: names, scope, columns and the structural schema of its record."""

from __future__ import annotations

from typing import Any

from holdfast.api.definition import Column, Definition
from holdfast.api.kind import Kind
from holdfast.api.schema import structural
from holdfast.hardware.names import GROUP, VERSION


def definition_of(kind: type[Kind]) -> dict[str, Any]:
    """The document `kubectl apply` takes; one served and stored version."""
    facts = kind.definition
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": facts.name, "labels": {"app.kubernetes.io/part-of": "holdfast"}},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced" if facts.namespaced else "Cluster",
            "names": _names(kind.__name__, facts),
            "versions": [_version(kind)],
        },
    }


def _names(kind: str, facts: Definition) -> dict[str, Any]:
    return {
        "kind": kind,
        "listKind": f"{kind}List",
        "plural": facts.plural,
        "singular": kind.lower(),
        "shortNames": list(facts.short_names),
        "categories": ["holdfast"],
    }


def _version(kind: type[Kind]) -> dict[str, Any]:
    facts = kind.definition
    return {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}} if facts.status else {},
        "selectableFields": [{"jsonPath": path} for path in facts.selectable],
        "additionalPrinterColumns": [_column(column) for column in facts.columns],
        "schema": {"openAPIV3Schema": structural(kind)},
    }


def _column(column: Column) -> dict[str, Any]:
    """A column; kubectl shows those of priority 1 with -o wide only."""
    shown = {"name": column.name, "type": column.type, "jsonPath": column.path}
    return {**shown, "priority": 1} if column.wide else shown
