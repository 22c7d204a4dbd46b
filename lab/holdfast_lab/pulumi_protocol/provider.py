"""What a plugin does, in plain values; provider_service.py speaks Pulumi's protocol around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from holdfast_lab.pulumi_protocol.differences import Difference
from holdfast_lab.pulumi_protocol.property_values import Plain


@dataclass(frozen=True, slots=True)
class Subject:
    """What a call is about: its URN, and its identity once it exists."""

    urn: str
    id: str = ""

    @property
    def type(self) -> str:
        """Type token: `gcp:container/nodePool:NodePool`."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """Name in the program."""
        return self.urn.split("::", maxsplit=3)[3]


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that cannot be."""

    property: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Inputs with everything filled in, or what is wrong with them."""

    inputs: Plain
    failures: Sequence[Failure] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What differs, which of it needs a new object, and whether the old one must go first."""

    differences: Sequence[Difference] = ()
    replaces: Sequence[str] = ()
    delete_first: bool = False


@dataclass(frozen=True, slots=True)
class Existing:
    """What exists: identity, outputs, and the inputs they came from. Empty identity: nothing does."""

    id: str = ""
    outputs: Plain = field(default_factory=dict)
    inputs: Plain = field(default_factory=dict)


class Plugin(Protocol):
    """One provider. Every method may raise Refusal. Inputs may hold unknown values only in a preview."""

    version: str

    def check_config(self, settings: Plain) -> Checked:
        """Check the provider's own settings."""

    def diff_config(self, old: Plain, new: Plain) -> Change:
        """Compare settings; a replacement replaces everything under the provider."""

    def configure(self, settings: Plain) -> None:
        """Take settings into use."""

    def invoke(self, function: str, arguments: Plain) -> Plain:
        """Answer a data source: nothing is changed."""

    def check(self, subject: Subject, old: Plain, new: Plain) -> Checked:
        """Fill in defaults and check inputs."""

    def diff(self, subject: Subject, old: Plain, new: Plain) -> Change:
        """Compare checked inputs."""

    def create(self, subject: Subject, inputs: Plain, preview: bool) -> Existing:
        """Create; a preview changes nothing and returns what can be known."""

    def read(self, subject: Subject, inputs: Plain) -> Existing:
        """What is there now; without an identity, what the inputs would have made for this URN."""

    def update(self, subject: Subject, before: Existing, inputs: Plain, preview: bool) -> Existing:
        """Change in place; a preview changes nothing."""

    def delete(self, subject: Subject, before: Existing) -> None:
        """Delete, and return when it is gone."""
