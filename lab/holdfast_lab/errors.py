"""What the lab cannot go on with: one line a person can act on."""


class LabError(Exception):
    """Printed as it is, on one line, and the command ends with exit code 1."""
