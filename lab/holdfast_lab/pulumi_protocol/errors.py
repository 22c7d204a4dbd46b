"""What a provider or an engine answers instead of doing what was asked.

Refusal       nothing was changed
 ├ HalfDone   the object exists, but not as asked: the engine keeps it and tries again
 └ Closing    the other side has stopped listening to what this program still wants
"""

from __future__ import annotations

from holdfast_lab.pulumi_protocol.property_values import Plain


class Refusal(Exception):
    """Its message travels to the person as it is; the pretend cloud's read as the real one's."""


class HalfDone(Refusal):
    """Carries what exists, so that the engine's state can hold it."""

    def __init__(self, message: str, identity: str, outputs: Plain, inputs: Plain) -> None:
        super().__init__(message)
        self.identity = identity
        self.outputs = outputs
        self.inputs = inputs


class Closing(Refusal):
    """Nothing more is done in this run; the caller should end quietly."""
