"""How large, how long and how shaped a field may be. Every field of the API is one of these types.

Integers never become floats and strings never become integers: what a document says is what a record holds.
Instants are RFC 3339 text ending in Z in a document and epoch seconds (int, UTC) in Python.
"""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

MAX_COUNTER = 2**53 - 1  # the largest integer every JSON reader keeps exact
MAX_EPOCH = 32_503_679_999  # 2999-12-31T23:59:59Z
MAX_UNITS = 256  # units in one pool
MAX_PROMISES = 1024  # entries in one ledger
MAX_POOLS = 128  # pools one promise or one seal may name
MAX_DATACENTERS = 16  # datacenters one reservation may name or hold
MAX_SLICES = 16_384
SHORTEST_WINDOW_SECONDS = 10
LONGEST_WINDOW_SECONDS = 5 * 366 * 86_400

LABEL_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
POOL_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\.[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
VISIBLE_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]*$"  # neither line breaks nor what a terminal obeys
INSTANT_PATTERN = r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"


def seconds_of(value: object) -> object:
    """Epoch seconds of an RFC 3339 text such as "2027-01-04T00:00:00Z"; integers pass unchanged.

    Raises ValueError for text that is not a whole second in UTC between the years 2000 and 2999.
    """
    if not isinstance(value, str):
        return value
    if not re.match(INSTANT_PATTERN, value):
        raise ValueError("an instant is RFC 3339 in UTC with whole seconds, for example 2027-01-04T00:00:00Z")
    return int(datetime.fromisoformat(value).timestamp())


def text_of(seconds: int) -> str:
    """The RFC 3339 text ending in Z of epoch seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[
    int,
    Field(strict=True, ge=946_684_800, le=MAX_EPOCH),
    BeforeValidator(seconds_of),
    PlainSerializer(text_of, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT_PATTERN, "maxLength": 20}),
]
"""A moment in a spec or a status: RFC 3339 text outside, epoch seconds inside."""

Epoch = Annotated[int, Field(strict=True, ge=0, le=MAX_EPOCH)]
"""A moment in a ledger or a promise: epoch seconds outside and inside."""

Counter = Annotated[int, Field(strict=True, ge=0, le=MAX_COUNTER)]
Seconds = Annotated[int, Field(strict=True, ge=0, le=LONGEST_WINDOW_SECONDS)]
UnitCount = Annotated[int, Field(strict=True, ge=0, le=MAX_UNITS)]
SliceCount = Annotated[int, Field(strict=True, ge=0, le=MAX_SLICES)]
ChipCount = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
HostCount = Annotated[int, Field(strict=True, ge=0, le=16_384)]
Flag = Annotated[bool, Field(strict=True)]

Label = Annotated[str, Field(min_length=1, max_length=63, pattern=LABEL_PATTERN)]
"""A DNS label: the name of a datacenter, a namespace, a tenant, a seal."""

ReservationName = Annotated[
    str, Field(min_length=1, max_length=63, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
]
"""What the API server takes as a name, dots included: pretrain-v1.2."""

DatacenterName = Annotated[str, Field(min_length=1, max_length=40, pattern=LABEL_PATTERN)]
"""A label short enough to leave room for a block in the name of a pool."""

PoolName = Annotated[str, Field(min_length=3, max_length=63, pattern=POOL_PATTERN)]
"""<datacenter>.<block>; also a label value on every node, hence 63."""

UnitId = Annotated[str, Field(min_length=1, max_length=31, pattern=LABEL_PATTERN)]
NodePoolName = Annotated[str, Field(min_length=1, max_length=63, pattern=LABEL_PATTERN)]
AcceleratorType = Annotated[str, Field(min_length=1, max_length=63, pattern=LABEL_PATTERN)]
Topology = Annotated[str, Field(max_length=11, pattern=r"^[0-9]{1,3}(x[0-9]{1,3}){0,2}$")]
UnitTopology = Annotated[str, Field(max_length=11, pattern=r"^(host|[0-9]{1,3}(x[0-9]{1,3}){0,2})$")]
Uid = Annotated[str, Field(min_length=36, max_length=36, pattern=r"^[0-9a-f-]{36}$")]
Attempt = Annotated[str, Field(max_length=24, pattern=r"^[A-Za-z0-9.-]*$")]
ReservationPath = Annotated[str, Field(max_length=127, pattern=r"^[-a-z0-9]{1,63}/[-a-z0-9.]{1,63}$")]
Party = Annotated[str, Field(min_length=1, max_length=128, pattern=VISIBLE_PATTERN)]
"""A company or a contract, as people write it."""

GroupName = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][-A-Za-z0-9_.:@/]*$")]
Place = Annotated[str, Field(max_length=63, pattern=r"^[-a-z0-9]*$")]
Endpoint = Annotated[str, Field(max_length=253, pattern=r"^[-A-Za-z0-9.:/\[\]]*$")]
Sentence = Annotated[str, Field(max_length=1024, pattern=VISIBLE_PATTERN)]
Relaxation = Annotated[str, Field(max_length=256, pattern=VISIBLE_PATTERN)]
Word = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z]*$")]
