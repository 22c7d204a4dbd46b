"""What floor 0 refuses: all are mistakes of the person who wrote the value, never of the moment."""

from __future__ import annotations


class UnknownAccelerator(ValueError):
    """The catalogue has no accelerator of this name; the message lists near names."""


class CatalogueRefused(ValueError):
    """A catalogue file cannot be taken; the message names the row and what is wrong with it."""


class TopologyImpossible(ValueError):
    """The accelerator has no slice of this shape, or we sell none; the message lists shapes near it."""
