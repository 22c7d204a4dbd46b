"""The door between documents and records: parse once, dump once, and say clearly what does not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from holdfast.api.kind import Kind
from holdfast.api.record import Record


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that does not fit: where it stands, why, and what stood there."""

    where: str
    why: str
    got: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why} (got {self.got})"


class Misfit(ValueError):
    """A document that is no record of its kind; whoever made it of other words tells its faults in those."""

    def __init__(self, subject: str, faults: tuple[Fault, ...]) -> None:
        words = "; ".join(map(str, faults))
        super().__init__(f"{subject} does not fit its definition and is not used: {words}")
        self.faults = faults


KindT = TypeVar("KindT", bound=Kind)


def parse(kind: type[KindT], document: bytes | str | Mapping[str, Any]) -> KindT:
    """The record of a document as the API server sent it (JSON text or a decoded mapping).

    Raises Misfit naming the kind, the object, and every field that does not fit with its value.
    """
    try:
        if isinstance(document, (bytes, str)):
            return kind.model_validate_json(document, by_alias=True, by_name=False)
        return kind.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        decoded = _decoded(kind, document) if isinstance(document, (bytes, str)) else document
        raise Misfit(f"{kind.__name__} {_name_of(decoded)}", _faults(error)) from error


def dump(record: Record) -> dict[str, Any]:
    """The document of a record: camelCase, absent fields left out, instants as RFC 3339 text."""
    return record.model_dump(mode="json", by_alias=True, exclude_none=True)


def unfit(error: ValidationError) -> str:
    """What of a record that was to be made does not fit, with its value."""
    return f"{error.title} does not fit its definition: {'; '.join(map(str, _faults(error)))}"


def _faults(error: ValidationError) -> tuple[Fault, ...]:
    return tuple(_fault(each) for each in error.errors(include_url=False))


def _decoded(kind: type[Kind], text: bytes | str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"{kind.__name__}: not JSON ({error}); nothing was read from it") from error


def _fault(fault: ErrorDetails) -> Fault:
    where = ".".join(str(step) for step in fault["loc"]) or "document"
    return Fault(where, fault["msg"], f"{fault['input']!r:.80}")


def _name_of(document: Any) -> str:
    """namespace/name as far as the document tells."""
    meta = document.get("metadata") if isinstance(document, Mapping) else None
    if not isinstance(meta, Mapping):
        return "without metadata"
    return "/".join(str(meta[key]) for key in ("namespace", "name") if meta.get(key)) or "without a name"
