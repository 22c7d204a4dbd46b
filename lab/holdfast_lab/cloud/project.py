"""The one project that the pretend cloud has."""

from typing import Final

LAB_PROJECT: Final = "holdfast-lab"
"""A program that means another project is refused, so that no real one is reached or imitated by accident."""
