"""The parts that sign people in, made once a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.console.sign_in.flows import Flows
from holdfast.console.sign_in.issuer import Issuer
from holdfast.console.sign_in.registration import Registration
from holdfast.console.sign_in.renewals import Renewals, SharedAnswers


@dataclass(frozen=True, slots=True)
class SignIn:
    """The issuer, flows under way, renewals and their shared answers."""

    issuer: Issuer
    flows: Flows
    renewals: Renewals
    shared: SharedAnswers

    @classmethod
    def of(
        cls,
        registration: Registration,
        public: str,
        key: bytes,
        now: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> SignIn:
        """At this issuer, for the console at this address. `now` is the hub's time, `monotonic` this process' own."""
        issuer = Issuer(registration, public, monotonic)
        return cls(issuer, Flows(key, now), Renewals(key, now), SharedAnswers(monotonic))
