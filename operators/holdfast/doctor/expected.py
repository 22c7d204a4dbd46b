"""What this version installs on a hub: definitions from the records, guards and policies from the manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from holdfast.api.crd import definition_of
from holdfast.api.kinds import KINDS

_PACKAGED = Path(__file__).parents[1] / "manifests"
_OF_THE_PROJECT = Path(__file__).parents[3] / "manifests"
MANIFESTS = _PACKAGED if _PACKAGED.is_dir() else _OF_THE_PROJECT
"""Beside the package where a wheel brought them, else where the project keeps them."""
FOLDERS = ("definitions/guards", "hub/policies", "shared/policies")
POLICY, BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"

Document = Mapping[str, Any]
Documents = Mapping[str, Document]
"""By name."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Documents by name. `lasting` are the policies that must carry the finalizer of decommissioning."""

    definitions: Documents
    policies: Documents
    bindings: Documents


def installation(manifests: Path = MANIFESTS) -> Installation:
    """What ought to be there. Raises OSError where the manifests are not."""
    documents = list(_documents(manifests))
    return Installation(
        definitions={kind.definition.name: definition_of(kind) for kind in KINDS},
        policies=_named(documents, POLICY),
        bindings=_named(documents, BINDING),
    )


def _documents(manifests: Path) -> Iterator[Document]:
    for folder in FOLDERS:
        for file in sorted((manifests / folder).glob("*.yaml")):
            yield from filter(None, yaml.safe_load_all(file.read_text(encoding="utf-8")))


def _named(documents: list[Document], kind: str) -> Documents:
    return {str(one["metadata"]["name"]): one for one in documents if one["kind"] == kind}


def altered(wanted: object, found: object, where: str = "spec") -> str:
    """The first place where what is found lacks or changes what is wanted; empty where it holds all of it.

    A server adds defaults, so more than is wanted is no alteration; but of a list each element counts.
    """
    if isinstance(wanted, Mapping):
        return _altered_mapping(wanted, found, where)
    if isinstance(wanted, (list, tuple)):
        if not isinstance(found, list) or len(found) != len(wanted):
            return "" if not wanted and found is None else where
        places = (
            altered(one, other, f"{where}[{n}]")
            for n, (one, other) in enumerate(zip(wanted, found, strict=True))
        )
        return next(filter(None, places), "")
    return "" if wanted == found else where


def _altered_mapping(wanted: Mapping[str, Any], found: object, where: str) -> str:
    if not isinstance(found, Mapping):
        return "" if not wanted and found is None else where
    places = (altered(value, found.get(key), f"{where}.{key}") for key, value in wanted.items())
    return next(filter(None, places), "")
