"""The types the pretend cloud knows, read once from kinds.toml, and which outputs each of them has.

A plugin must return every output of the real type: one that is missing is an output without dependencies for
the program, and an ordering is silently lost. So the names come from the SDK's own class, not from a list of
ours. Importing the SDK takes a second, so the answer is kept in a file beside the cloud's rows.
"""

from __future__ import annotations

import json
import os
import threading
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from string import Formatter
from typing import Any

from holdfast_lab.cloud.tables import table
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain

NETWORK = "gcp:compute/network:Network"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"
RESOURCE_POLICY = "gcp:compute/resourcePolicy:ResourcePolicy"
ACCOUNT = "gcp:serviceaccount/account:Account"
CLUSTER = "gcp:container/cluster:Cluster"
NODE_POOL = "gcp:container/nodePool:NodePool"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type; the meaning of the fields is at the head of kinds.toml."""

    token: str
    sdk: str
    id: str
    place: str = ""
    replace: Sequence[str] = ()
    widens: Sequence[str] = ()
    uses: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The type in one word: `NodePool`."""
        return self.token.rpartition(":")[2]

    @property
    def required(self) -> list[str]:
        """Properties without which there is no identity."""
        return [name for _, name, _, _ in Formatter().parse(self.id) if name]

    def identity(self, inputs: Plain) -> str:
        """The identity Google would give an object with these inputs."""
        names = {key: last_segment(value) for key, value in inputs.items() if isinstance(value, str)}
        try:
            return self.id.format_map(names)
        except KeyError as missing:
            raise Refusal(f"{self.word}: {missing.args[0]} is required and was not given") from missing


def last_segment(reference: str) -> str:
    """The name at the end of a name, an id or a self link."""
    return reference.rstrip("/").rpartition("/")[2]


def kind_of(token: str) -> Kind:
    """The kind of a type token; refuses one that the pretend cloud does not have."""
    found = KINDS.get(token)
    if found is None:
        known = ", ".join(sorted(KINDS))
        raise Refusal(f"the lab's pretend cloud has no {token}, so nothing was done; it has {known}")
    return found


class OutputNames:
    """The outputs of each kind with an empty value of the right shape."""

    def __init__(self, cache: Path) -> None:
        self._file = cache / f"outputs-{version('pulumi-gcp')}.json"
        self._known: dict[str, Plain] = {}
        self._lock = threading.Lock()
        if self._file.exists():
            self._known = json.loads(self._file.read_text(encoding="utf-8"))

    def empty(self, kind: Kind) -> Plain:
        """Every output of the kind: "" for a text, 0, False, [], {}, and None for a block."""
        with self._lock:
            if kind.token not in self._known:
                self._known = {token: _empty_outputs(each) for token, each in KINDS.items()}
                self._keep()
        return dict(self._known[kind.token])

    def _keep(self) -> None:
        draft = self._file.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(self._known), encoding="utf-8")
        draft.replace(self._file)


def _empty_outputs(kind: Kind) -> Plain:
    module, _, name = kind.sdk.partition(":")
    described = getattr(import_module(module), name)
    return {wire_name: _empty(annotation) for wire_name, annotation in _outputs(described).items()}


def _outputs(described: type) -> dict[str, Any]:
    """Name on the wire and type of each output: the getters that the SDK marks with that name."""
    getters = {name: each.fget for name, each in vars(described).items() if isinstance(each, property)}
    return {
        getattr(getter, "_pulumi_name", name): typing.get_type_hints(getter).get("return")
        for name, getter in getters.items()
        if getter is not None
    }


def _empty(annotation: Any) -> Any:
    shape = _shape(annotation)
    if isinstance(shape, type) and issubclass(shape, bool | int | float | str):
        return shape()
    origin = typing.get_origin(shape)
    if origin is None or not isinstance(origin, type):
        return None
    return {} if issubclass(origin, Mapping) else [] if issubclass(origin, Sequence) else None


def _shape(annotation: Any) -> Any:
    """The type inside Output[...] and Optional[...]."""
    inner = typing.get_args(annotation)
    if annotation is None or not inner or issubclass(_origin(annotation), Sequence | Mapping):
        return annotation
    return _shape(inner[0])


def _origin(annotation: Any) -> type:
    origin = typing.get_origin(annotation)
    return origin if isinstance(origin, type) else object


KINDS: Mapping[str, Kind] = {token: Kind(token, **fields) for token, fields in table("kinds").items()}
