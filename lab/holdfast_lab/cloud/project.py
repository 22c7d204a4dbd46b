"""The one project that the pretend cloud has."""

from __future__ import annotations

LAB_PROJECT = "holdfast-lab"
"""A program that means another project is refused, so that no real one is reached or imitated by accident."""
