"""What Pulumi's engine writes down, read at the door: what it foresees, and what it knows to stand."""

from __future__ import annotations

from holdfast_infra.engine_files.document import UnreadableFile, read_file
from holdfast_infra.engine_files.planned import Plan, PlannedCreation, PlannedStep, read_plan
from holdfast_infra.engine_files.standing import Pending, Standing, State, read_state

__all__ = [
    "Pending",
    "Plan",
    "PlannedCreation",
    "PlannedStep",
    "Standing",
    "State",
    "UnreadableFile",
    "read_file",
    "read_plan",
    "read_state",
]
