"""How the simulated server says no."""

from __future__ import annotations

from tests.simulation.storage import Document


class No(Exception):
    """The call ends here, with a Status of this code and reason."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason

    @property
    def status(self) -> Document:
        """The Status as the server would write it."""
        head = {"kind": "Status", "apiVersion": "v1", "status": "Failure"}
        return {**head, "code": self.code, "reason": self.reason, "message": str(self)}
