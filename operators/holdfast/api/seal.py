"""StackSeal: created last, deleted first. While it is gone or going, its pools sell nothing."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import MAX_POOLS, Label, PoolName
from holdfast.api.definition import AGE, Column, Definition, Rule
from holdfast.api.kind import Kind
from holdfast.api.merging import SET
from holdfast.api.record import Record


class StackSealSpec(Record):
    """Which stack is sealed, and the pools that stand or fall with it."""

    stack: Label = Field(description="The stack's name; the seal has the same.")
    pools: Annotated[tuple[PoolName, ...], Field(max_length=MAX_POOLS)] = Field(
        description="The pools the stack declares.", json_schema_extra=SET
    )


class StackSeal(Kind):
    """The seal of one stack: it depends on everything in it, so a destroy must delete it first."""

    definition: ClassVar[Definition] = Definition(
        plural="stackseals",
        status=False,
        columns=(Column("POOLS", ".spec.pools", wide=True), AGE),
    )
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("self.spec.stack == self.metadata.name", "a seal is named like its stack"),
    )

    kind: Literal["StackSeal"] = "StackSeal"
    spec: StackSealSpec = Field(description="The sealed stack.")
