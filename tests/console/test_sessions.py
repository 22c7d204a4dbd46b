from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.cluster.reviews import Person
from holdfast.console.sessions import Sessions, TooManyGroups, key_from

MILA = Person("mila", "u1", ("mistral",), {"scopes": ("a", "b")})
KEY = b"k" * 32


def sessions(now: float = 1_000, key: bytes = KEY) -> Sessions:
    return Sessions(key, 100, lambda: now)


def test_a_session_says_whose_it_is_until_it_is_over() -> None:
    cookie = sessions().issue(MILA)
    viewer = sessions(1_099).read(cookie)
    assert viewer is not None
    assert (viewer.person, viewer.until) == (MILA, 1_100)
    assert sessions(1_100).read(cookie) is None


def test_on_a_laptop_it_is_nobody_by_name() -> None:
    viewer = sessions().read(sessions().issue(None))
    assert viewer is not None
    assert viewer.person is None


SPOILT: tuple[Callable[[str], str], ...] = (
    lambda cookie: cookie[:-2],
    lambda cookie: "x" + cookie,
    lambda cookie: cookie.partition(".")[0],
    lambda _: "",
    lambda _: "a.b",
)


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_forged_cookie_is_nobodys(spoil: Callable[[str], str]) -> None:
    assert sessions().read(spoil(sessions().issue(MILA))) is None


def test_a_cookie_of_another_key_is_nobodys() -> None:
    assert sessions(key=b"x" * 32).read(sessions().issue(MILA)) is None


def test_no_cookie_holds_a_token_or_grows_beyond_what_browsers_keep() -> None:
    many = Person("mila", groups=tuple(f"group-{n * 7919 % 10007:x}-{n}" for n in range(2_000)))
    with pytest.raises(TooManyGroups, match="2000 groups"):
        sessions().issue(many)


def test_a_key_comes_from_a_file_or_is_new(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"short")
    with pytest.raises(ValueError, match="holds 5 bytes"):
        key_from(str(file))
    file.write_bytes(KEY + b"\n")
    assert key_from(str(file)) == KEY
    assert key_from("") != key_from("")
