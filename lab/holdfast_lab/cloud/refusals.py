"""What Google refuses: the table of refusals.toml, each rule with its function of rules.py, in order."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast_lab.cloud import rules
from holdfast_lab.cloud.request import Request
from holdfast_lab.cloud.tables import table
from holdfast_lab.pulumi_protocol.errors import Refusal

_REASONS = {400: "badRequest", 404: "notFound"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One refusal; the meaning of the fields is at the head of refusals.toml."""

    name: str
    on: str
    says: str
    broken: rules.Broken
    of: str = ""
    code: int = 400

    def refuses(self, request: Request) -> bool:
        """Whether the request is one the rule speaks about, and breaks it."""
        spoken = request.verb in self.on.split() and self.of in ("", request.kind)
        return spoken and self.broken(request)

    def refusal(self, request: Request) -> str:
        """The answer in the cloud's words."""
        text = self.says.format(name=request.name, others=", ".join(request.users))
        reason = _REASONS.get(self.code)
        return f"googleapi: Error {self.code}: {text}., {reason}" if reason else text


def refuse(request: Request) -> None:
    """Raise the refusal of the first rule that the request breaks; return if there is none."""
    broken = next((rule for rule in RULES if rule.refuses(request)), None)
    if broken is not None:
        raise Refusal(broken.refusal(request))


RULES = tuple(
    Rule(name=name, broken=getattr(rules, name.replace("-", "_")), **fields)
    for name, fields in table("refusals").items()
)
"""Every rule, in the order in which Google finds out."""
