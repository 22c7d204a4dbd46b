"""What an engine cannot go on with."""

from holdfast_lab.errors import LabError


class EngineError(LabError):
    """Printed as it is; the run ends with exit code 1 and has changed nothing more."""
