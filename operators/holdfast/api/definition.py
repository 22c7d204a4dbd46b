"""What a kind's CustomResourceDefinition says beyond its fields: scope, short names, columns, guards."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.names import GROUP


@dataclass(frozen=True, slots=True)
class Rule:
    """A CEL expression that must hold, and the sentence its author reads when it does not."""

    rule: str
    message: str

    def as_schema(self) -> dict[str, str]:
        """The rule as an entry of x-kubernetes-validations, its layout reduced to single spaces."""
        return {"rule": " ".join(self.rule.split()), "message": self.message}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `kubectl get`; a wide one appears with `-o wide` only."""

    name: str
    path: str
    type: str = "string"
    wide: bool = False


AGE = Column("AGE", ".metadata.creationTimestamp", "date")


@dataclass(frozen=True, slots=True)
class Definition:
    """The names, scope, columns and selectable fields of one kind.

    `status` says whether /status is a path of its own, so that spec and status have different writers.
    """

    plural: str
    columns: tuple[Column, ...]
    short_names: tuple[str, ...] = ()
    namespaced: bool = False
    status: bool = True
    selectable: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the CustomResourceDefinition, for example acceleratorpools.holdfast.dev."""
        return f"{self.plural}.{GROUP}"
