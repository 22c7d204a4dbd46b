"""What can go wrong between the operator and an API server. One class for each thing a caller does about it.

    ClusterError
    ├── Stale              409        decided on an old version: drop the step, plan again on fresh reads
    │   └── AlreadyExists  409        of a create: GET it and compare the owner's uid; it is not success
    ├── Gone               404        the server itself says that this object does not exist
    ├── Expired            410        the position of a list or watch is too old: list anew
    ├── Unavailable        429, 5xx, no connection: nothing was changed; wait and ask again
    ├── Unknown            a write without a usable answer, done, or done later: read before anything else
    ├── Refused            400, 401, 403, 422: the same call will be refused again; a person is needed
    └── Undecodable        a sound reply holding an object that we cannot read: leave that object alone

Whether a class is retried is decided in `retries.py` and nowhere else.
"""

from __future__ import annotations


class ClusterError(Exception):
    """Base of all this floor raises about a server; messages name the call and the server's words."""


class Stale(ClusterError):
    """The object has moved since it was read."""


class AlreadyExists(Stale):
    """The name is taken, perhaps by an earlier try of our own, perhaps by somebody else."""


class Gone(ClusterError):
    """The API server answered that there is no such object (a page of a proxy saying 404 is Unavailable)."""


class Expired(ClusterError):
    """The server no longer remembers the version or the page that was asked for."""


class Unavailable(ClusterError):
    """Nothing was changed and nothing was learned. `retry_after` is the server's wish in seconds, if any."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unknown(ClusterError):
    """A write that may have happened, or may still happen seconds from now."""


class Refused(ClusterError):
    """The server understood and said no. `status` is 422 where a rule or policy refused the object itself."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Undecodable(ClusterError):
    """An object that does not have the shape we read it in."""
