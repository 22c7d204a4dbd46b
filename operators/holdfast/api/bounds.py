"""How large, how long and how shaped a field may be. Every field of the API is one of these types.

Integers never become floats and strings never become integers: what a document says is what a record holds.
Instants are RFC 3339 text in a document and epoch seconds (int, UTC) in Python; a spec keeps its author's text.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from holdfast.hardware.instants import (
    EXAMPLE,
    FIRST_SECOND,
    LAST_SECOND,
    LONGEST_SECONDS,
    seconds_of,
    text_of,
)

MAX_COUNTER = 2**53 - 1  # the largest integer every JSON reader keeps exact
MAX_EPOCH = LAST_SECOND
MAX_MARK = 128  # characters that a report says back of the mark of a restored pool
MAX_WORD = 64  # letters of a word for programs
MAX_UNITS = 256  # units in one pool
MAX_PROMISES = 1024  # entries in one ledger
MAX_POOLS = 128  # pools one promise or one seal may name
MAX_DATACENTERS = 16  # datacenters one reservation may name or hold
MAX_SLICES = 16_384
MAX_REPLACEMENTS = (
    16  # instants of replacements that a ledger keeps; a pool of 256 units may have two in force
)
MAX_SENTENCE = 1024  # characters of a message
REPLACEMENT_WINDOW_SECONDS = 600  # for so long a replacement counts against its pool's budget
LONGEST_WINDOW_SECONDS = LONGEST_SECONDS

LABEL_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
POOL_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\.[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
VISIBLE_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]*$"  # neither line breaks nor what a terminal obeys
TOLD_PATTERN = r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"  # as we write an instant
INSTANT_PATTERN = (  # as people and Kubernetes write one
    r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
INSTANT_RULE = {
    "rule": f"self.matches('{INSTANT_PATTERN}') && !format.datetime().validate(self).hasValue()",
    "message": f"an instant is written as in RFC 3339: {EXAMPLE}, or {EXAMPLE[:-1]}.5+01:00 with fraction and offset",
}


def _worded(longest: int, pattern: str, sentence: str) -> WithJsonSchema:
    """Text of a shape whose refusal is a sentence: a pattern alone could only repeat itself."""
    rule = {"rule": f"self.matches('{pattern}')", "message": sentence}
    return WithJsonSchema(
        {"type": "string", "minLength": 1, "maxLength": longest, "x-kubernetes-validations": [rule]}
    )


def _down(value: object) -> object:
    return seconds_of(value) if isinstance(value, str) else value


def _up(value: object) -> object:
    return seconds_of(value, up=True) if isinstance(value, str) else value


_Second = Annotated[int, Field(strict=True, ge=FIRST_SECOND, le=LAST_SECOND)]
_asked = WithJsonSchema({"type": "string", "maxLength": 40, "x-kubernetes-validations": [INSTANT_RULE]})
_told = WithJsonSchema({"type": "string", "format": "date-time", "pattern": TOLD_PATTERN, "maxLength": 20})
_text = PlainSerializer(text_of, return_type=str)

Instant = Annotated[_Second, BeforeValidator(_down), _text, _asked]
"""A moment in a spec: RFC 3339 text outside, with any offset; epoch seconds inside, a fraction dropped."""

EndInstant = Annotated[_Second, BeforeValidator(_up), _text, _asked]
"""The end of a span somebody asks for: a fraction counts as a whole second, so that nobody loses the rest."""

Told = Annotated[_Second, BeforeValidator(_down), _text, _told]
"""A moment that we write: whole seconds in UTC, ending in Z."""

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

DatacenterName = Annotated[
    str,
    Field(min_length=1, max_length=40, pattern=LABEL_PATTERN),
    _worded(
        40,
        LABEL_PATTERN,
        "a datacenter has a name of lower case, digits and dashes, for example lake-mariner",
    ),
]
"""A label short enough to leave room for a block in the name of a pool."""

PoolName = Annotated[str, Field(min_length=3, max_length=63, pattern=POOL_PATTERN)]
"""<datacenter>.<block>; also a label value on every node, hence 63."""

UnitId = Annotated[str, Field(min_length=1, max_length=31, pattern=LABEL_PATTERN)]
NodePoolName = Annotated[str, Field(min_length=1, max_length=63, pattern=LABEL_PATTERN)]
AcceleratorType = Annotated[
    str,
    Field(min_length=1, max_length=63, pattern=LABEL_PATTERN),
    _worded(
        63,
        LABEL_PATTERN,
        "an accelerator type is one of the catalogue, for example tpu7x or gb300-nvl72",
    ),
]
TOPOLOGY_PATTERN = r"^[0-9]{1,3}(x[0-9]{1,3}){0,2}$"
Topology = Annotated[
    str,
    Field(min_length=1, max_length=11, pattern=TOPOLOGY_PATTERN),
    _worded(
        11,
        TOPOLOGY_PATTERN,
        "a topology is up to three sides below 1,000, for example 8x8x16 or 1x72",
    ),
]
UnitTopology = Annotated[str, Field(max_length=11, pattern=r"^(host|[0-9]{1,3}(x[0-9]{1,3}){0,2})$")]
Uid = Annotated[str, Field(min_length=36, max_length=36, pattern=r"^[0-9a-f-]{36}$")]
Attempt = Annotated[str, Field(max_length=24, pattern=r"^[A-Za-z0-9.-]*$")]
ReservationPath = Annotated[str, Field(max_length=127, pattern=r"^[-a-z0-9]{1,63}/[-a-z0-9.]{1,63}$")]
Person = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[-A-Za-z0-9_.:@/+]*$")]
"""A user as the hub authenticates one."""
Party = Annotated[str, Field(min_length=1, max_length=128, pattern=VISIBLE_PATTERN)]
"""A company or a contract, as people write it."""

GROUP_PATTERN = r"^[A-Za-z0-9][-A-Za-z0-9_.:@/]*$"
GroupName = Annotated[
    str,
    Field(min_length=1, max_length=128, pattern=GROUP_PATTERN),
    _worded(
        128,
        GROUP_PATTERN,
        "a group is named by the identity provider, for example mistral or team:ml@example.com",
    ),
]
Place = Annotated[str, Field(max_length=63, pattern=r"^[-a-z0-9]*$")]
Endpoint = Annotated[str, Field(max_length=253, pattern=r"^[-A-Za-z0-9.:/\[\]]*$")]
Sentence = Annotated[str, Field(max_length=MAX_SENTENCE, pattern=VISIBLE_PATTERN)]
Mark = Annotated[str, Field(min_length=1, max_length=MAX_MARK, pattern=VISIBLE_PATTERN)]
"""What a report says back of the mark of a restored pool."""
Word = Annotated[str, Field(max_length=MAX_WORD, pattern=r"^[A-Za-z]*$")]
