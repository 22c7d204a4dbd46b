"""A whole document: apiVersion, kind, metadata; spec and status come with each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from holdfast.api.bounds import Told
from holdfast.api.definition import Definition
from holdfast.api.record import Record, no_words


class ObjectMeta(Record):
    """The part of metadata Holdfast reads; the rest (managed fields, annotations, owners) is left behind.

    So a whole document is written back only where Holdfast is its sole writer: promises, reports, /status.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)

    name: str
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    generation: int | None = None
    creation_timestamp: Told | None = None
    deletion_timestamp: Told | None = None
    labels: Mapping[str, str] = Field(default_factory=no_words)


class Kind(Record):
    """A document of the API. Subclasses name themselves in `kind` and add spec and perhaps status."""

    definition: ClassVar[Definition]

    api_version: Literal["holdfast.dev/v1alpha1"] = "holdfast.dev/v1alpha1"
    kind: str
    metadata: ObjectMeta

    @property
    def path(self) -> str:
        """namespace/name, or the name alone for cluster-scoped kinds."""
        meta = self.metadata
        return f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name
