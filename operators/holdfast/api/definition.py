"""What a kind's CustomResourceDefinition says beyond its fields: scope, short names, columns, guards."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.names import GROUP


@dataclass(frozen=True, slots=True)
class Rule:
    """A CEL expression that must hold, and the sentence its author reads when it does not.

    Where several are asked as one, `which` is an expression that finds the sentence; `message` speaks if it cannot.
    `at_birth` says that the rule holds for what was not there before, too: its `oldSelf` is an optional then.
    """

    rule: str
    message: str
    which: str = ""
    at_birth: bool = False

    def as_schema(self) -> dict[str, str | bool]:
        """The rule as an entry of x-kubernetes-validations, its layout reduced to single spaces."""
        found: dict[str, str | bool] = {"rule": " ".join(self.rule.split()), "message": self.message}
        if self.which:
            found["messageExpression"] = " ".join(self.which.split())
        return {**found, "optionalOldSelf": True} if self.at_birth else found


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
