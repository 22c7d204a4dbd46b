"""Whatever stands anywhere in a declaration, it is read or refused by name, and nothing else is ever raised."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.infra.declarations import SOUND
from tests.infra.test_declaration_stacks import STACKS, declared

from holdfast_infra.declaration import DeclarationError, parse
from holdfast_infra.declaration.division import divide

BASES = [SOUND, *(declared(path) for path in sorted((STACKS / "wanted").iterdir()))]
WORDS = [
    "",
    "x",
    "spot",
    "4x4",
    "kubernetes",
    "10.0.0.0/8",
    "2027-01-01T00:00:00Z",
    "cube-000..cube-255",
    "{unit}",
]
FIELDS = [
    "capacity",
    "topology",
    "machineType",
    "subBlocks",
    "nodeNames",
    "until",
    "existing",
    "fabrics",
    "kmsKey",
]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=2),
    max_leaves=4,
)


def places(value: Any) -> Iterator[Any]:
    """Every section and list in a declaration."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from places(inner)


@given(
    st.sampled_from(BASES),
    st.lists(st.tuples(st.randoms(use_true_random=False), JUNK), min_size=1, max_size=3),
)
def test_junk_anywhere_is_read_or_refused_by_name(
    base: dict[str, Any], changes: list[tuple[Any, Any]]
) -> None:
    given_declaration = copy.deepcopy(base)
    for chance, junk in changes:
        at = chance.choice([each for each in places(given_declaration) if each])
        keys = [*at, *FIELDS] if isinstance(at, dict) else range(len(at))
        at[chance.choice(list(keys))] = junk
    for read in (parse, divide):
        with contextlib.suppress(DeclarationError):
            read(given_declaration)
