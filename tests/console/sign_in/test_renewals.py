from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from holdfast.console.sign_in.issuer import IssuerAway, Tokens
from holdfast.console.sign_in.renewals import Renewal, Renewals, SharedAnswers

KEY = b"k" * 32
RENEWAL = Renewal("refresh-of-mila", "mila", "n", 2_000)


def renewals(now: float = 1_000, key: bytes = KEY) -> Renewals:
    return Renewals(key, lambda: now)


def test_what_is_sealed_is_opened_until_it_is_over() -> None:
    cookie = renewals().seal(RENEWAL)
    assert renewals(1_999).open(cookie) == RENEWAL
    assert renewals(2_000).open(cookie) is None


def test_nothing_of_it_can_be_read_and_no_two_look_the_same() -> None:
    one, two = renewals().seal(RENEWAL), renewals().seal(RENEWAL)
    assert one != two
    assert "refresh-of-mila" not in one


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c[:-2],
        lambda c: "e" + c,
        lambda c: c.replace(".", "", 1),
        lambda _: "",
        lambda _: "a.b.c.d.e",
    ],
)
def test_a_forged_one_opens_nothing(spoil: object) -> None:
    assert callable(spoil)
    assert renewals().open(spoil(renewals().seal(RENEWAL))) is None
    assert renewals().open(renewals(key=b"x" * 32).seal(RENEWAL)) is None


def test_a_refresh_token_that_a_browser_would_drop_is_not_kept() -> None:
    assert renewals().seal(Renewal("x" * 2_000, "mila", "n", 2_000))
    assert renewals().seal(Renewal("x" * 4_000, "mila", "n", 2_000)) == ""


class Asked:
    def __init__(self) -> None:
        self.times, self.go = 0, threading.Event()

    def __call__(self) -> Tokens:
        self.times += 1
        self.go.wait(5)
        return Tokens("id", "newer")


def test_windows_that_renew_at_once_ask_once_and_all_have_the_answer() -> None:
    shared, ask = SharedAnswers(lambda: 0.0), Asked()
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(shared.of, "old", ask) for _ in range(3)]
        ask.go.set()
        assert {answer.result() for answer in answers} == {Tokens("id", "newer")}
    assert ask.times == 1


def test_an_answer_is_shared_for_half_a_minute_and_a_failure_not_at_all() -> None:
    now = [0.0]
    shared, ask = SharedAnswers(lambda: now[0]), Asked()
    ask.go.set()

    def fail() -> Tokens:
        raise IssuerAway("no")

    for _ in range(2):
        with pytest.raises(IssuerAway):
            shared.of("old", fail)
    for now[0], times in ((0.0, 1), (29.0, 1), (30.0, 2)):
        assert shared.of("old", ask).refresh_token == "newer"
        assert ask.times == times
