"""The base of everything the API describes: frozen, closed, camelCase outside and snake_case inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from holdfast.api.definition import Rule

_NOT_KEPT: set[str] = set()
_NO_WORDS: Mapping[str, str] = {}
MOST_SHARED = 40
"""More instances than Python leaves room for names that may still come (30)."""


def no_words() -> Mapping[str, str]:
    """The labels or annotations of a document that has none; all of them have this one."""
    return _NO_WORDS


def _shape_of(fields: Iterable[str]) -> dict[str, Any]:
    """An instance's dict whose copies hold values alone: the names are the class's (PEP 412).

    As many instances as may be are made first, since the room for names that may come is given up one by one.
    """
    shape = type("Shape", (), {})
    for _ in range(MOST_SHARED):
        one = shape()
        for name in fields:
            setattr(one, name, None)
    names: dict[str, Any] = vars(one)
    return names


class Record(BaseModel):
    """A frozen record without unknown fields; the guards of its shape stand beside it as `rules`.

    `rules` are CEL expressions the API server checks at this level of the document. Python does not run them:
    whoever needs the answer before writing asks the planner.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        allow_inf_nan=False,
    )

    rules: ClassVar[tuple[Rule, ...]] = ()
    _shape: ClassVar[dict[str, Any]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """The names of its fields are known: all its records will share them."""
        cls._shape = _shape_of(cls.model_fields)

    def model_post_init(self, _: Any) -> None:
        """Neither which fields were given is kept nor, in each record, their names: that was most of a hub's memory."""
        values = self._shape.copy()
        values.update(self.__dict__)
        object.__setattr__(self, "__dict__", values)
        object.__setattr__(self, "__pydantic_fields_set__", _NOT_KEPT)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The JSON schema of the record with its rules attached."""
        described: dict[str, Any] = handler.resolve_ref_schema(handler(schema))
        if cls.rules:
            described["x-kubernetes-validations"] = [rule.as_schema() for rule in cls.rules]
        return described


def _unread_if_strange(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError:
        return None


Derived = WrapValidator(_unread_if_strange)
"""Marks a status that is an answer and never read back as truth: one that does not fit reads as absent.

So neither a forged status nor one written by a newer operator can take its object out of sight.
"""
