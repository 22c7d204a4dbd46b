from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from holdfast.console.sign_in.registration import Registration
from holdfast.console.sign_in.tokens import ends_of, objection, subject_of

OURS = Registration("https://issuer.example", "console")
GOOD = {
    "iss": "https://issuer.example",
    "aud": "console",
    "sub": "mila",
    "iat": 1_000,
    "exp": 2_000,
    "nonce": "n",
}


def token(**over: Any) -> str:
    claims = {name: value for name, value in {**GOOD, **over}.items() if value is not None}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(b"i" * 32))


def test_a_token_that_answers_has_no_objection() -> None:
    assert objection(token(), OURS, "n") == ""
    assert objection(token(aud=["console", "kubernetes"], azp="console"), OURS, "n") == ""
    assert (subject_of(token()), ends_of(token())) == ("mila", 2_000)


OBJECTED = [
    ({"iss": "https://other.example"}, "iss"),
    ({"iss": None}, "iss"),
    ({"aud": "kubernetes"}, "aud"),
    ({"aud": ["kubernetes", "other"]}, "aud"),
    ({"aud": None}, "aud"),
    ({"aud": ["console", "other"]}, "azp"),
    ({"azp": "other"}, "azp"),
    ({"sub": None}, "sub"),
    ({"nonce": "m"}, "nonce"),
    ({"nonce": None}, "nonce"),
    ({"nonce": 7}, "nonce"),
    ({"nonce": "ñ"}, "nonce"),
    ({"iat": "soon"}, ""),
]


@pytest.mark.parametrize(("claims", "word"), OBJECTED)
def test_a_token_that_answers_something_else_is_objected_to(claims: dict[str, Any], word: str) -> None:
    said = objection(token(**claims), OURS, "n")
    assert said
    assert word in said


def test_a_renewed_token_may_lack_a_nonce_and_has_no_other() -> None:
    assert objection(token(nonce=None), OURS, "n", renewed=True) == ""
    assert objection(token(), OURS, "n", renewed=True) == ""
    assert objection(token(nonce="m"), OURS, "n", renewed=True)
    assert objection(token(nonce=None, aud="other"), OURS, "n", renewed=True)


@pytest.mark.parametrize("text", ["", "opaque", "a.b.c", "ey.ey.ey", "..", "é.é.é", "a.b.c.d.e"])
def test_what_is_no_token_says_nothing(text: str) -> None:
    assert (ends_of(text), subject_of(text)) == (None, "")
    assert objection(text, OURS, "n")


@pytest.mark.parametrize("exp", [None, "2000", [1], 1e400])
def test_a_token_without_a_number_for_its_end_does_not_say_it(exp: object) -> None:
    assert ends_of(token(exp=exp)) is None
