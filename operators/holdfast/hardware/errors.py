"""What floor 0 refuses: both are mistakes of the person who wrote the value, never of the moment."""

from __future__ import annotations


class UnknownAccelerator(ValueError):
    """The catalogue has no accelerator of this name; the message lists near names."""


class TopologyImpossible(ValueError):
    """The accelerator has no slice of this shape, or we sell none; the message lists shapes near it."""
