"""What an engine cannot go on with is a LabError: the run ends with exit code 1 and has changed nothing more."""

from holdfast_lab.errors import LabError

EngineError = LabError
