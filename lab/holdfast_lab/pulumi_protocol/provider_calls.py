"""Calls to one configured provider, in plain values; a "no" comes back as Refusal in the provider's words.

Secrets are opened on the way out; who keeps the answer marks them again (property_values.marked_like).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2 as wire

from holdfast_lab.errors import LabError
from holdfast_lab.pulumi_protocol.errors import HalfDone, Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain, to_plain, to_struct, without_secrets
from holdfast_lab.pulumi_protocol.provider import Existing
from holdfast_lab.pulumi_protocol.rpc import causes, half_done

_LOST = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED)


class ProviderLost(LabError):
    """The plugin went away in the middle: what it did is not known, so a pending change stays noted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a provider's diff says."""

    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_first: bool = False


class ProviderCalls:
    """One provider."""

    def __init__(self, stub: Any, dry_run: bool) -> None:
        self._stub = stub
        self._dry_run = dry_run

    def check(self, urn: str, old: Plain, new: Plain) -> Plain:
        """Inputs with defaults; raises Refusal with everything that is wrong."""
        return self._checked("Check", wire.CheckRequest(urn=urn, olds=_struct(old), news=_struct(new)))

    def check_config(self, urn: str, old: Plain, new: Plain) -> Plain:
        """The same for the provider's own settings."""
        return self._checked("CheckConfig", wire.CheckRequest(urn=urn, olds=_struct(old), news=_struct(new)))

    def diff(self, urn: str, old: Existing, new: Plain, ignored: tuple[str, ...] = ()) -> Verdict:
        """Compare inputs of last time with those of now."""
        return self._diffed("Diff", ignoreChanges=ignored, **_compared(urn, old, new))

    def diff_config(self, urn: str, old: Existing, new: Plain) -> Verdict:
        """The same for the provider's own settings."""
        return self._diffed("DiffConfig", **_compared(urn, old, new))

    def create(self, urn: str, inputs: Plain) -> tuple[str, Plain]:
        """Create, or foresee it in a preview: identity and outputs."""
        request = wire.CreateRequest(urn=urn, properties=_struct(inputs), preview=self._dry_run)
        made = self._call("Create", request)
        return made.id, to_plain(made.properties)

    def update(self, urn: str, old: Existing, new: Plain) -> Plain:
        """Change in place, or foresee it: outputs."""
        request = wire.UpdateRequest(preview=self._dry_run, **_compared(urn, old, new))
        return to_plain(self._call("Update", request).properties)

    def read(self, urn: str, identity: str, inputs: Plain) -> tuple[str, Plain]:
        """What is there: identity (empty if nothing is) and outputs."""
        found = self._call("Read", wire.ReadRequest(id=identity, urn=urn, inputs=_struct(inputs)))
        return found.id, to_plain(found.properties)

    def delete(self, urn: str, old: Existing) -> None:
        """Delete, and return when it is gone."""
        properties, inputs = _struct(old.outputs), _struct(old.inputs)
        self._call("Delete", wire.DeleteRequest(id=old.id, urn=urn, properties=properties, old_inputs=inputs))

    def invoke(self, function: str, arguments: Plain) -> Any:
        """Read a data source; returns the provider's own answer."""
        return self._call("Invoke", wire.InvokeRequest(tok=function, args=_struct(arguments)))

    def _checked(self, rpc: str, request: Any) -> Plain:
        answer = self._call(rpc, request)
        if answer.failures:
            raise Refusal("; ".join(f"{each.property}: {each.reason}" for each in answer.failures))
        return to_plain(answer.inputs)

    def _diffed(self, rpc: str, **request: Any) -> Verdict:
        answer = self._call(rpc, wire.DiffRequest(**request))
        return Verdict(tuple(answer.diffs), tuple(answer.replaces), answer.deleteBeforeReplace)

    def _call(self, rpc: str, request: Any) -> Any:
        try:
            return getattr(self._stub, rpc)(request)
        except grpc.RpcError as error:
            existing = half_done(error)
            if existing is not None:
                outputs, inputs = to_plain(existing.properties), to_plain(existing.inputs)
                raise HalfDone(causes(error), existing.id, outputs, inputs) from error
            if error.code() in _LOST:
                raise ProviderLost(f"the plugin went away during {rpc}: {causes(error)}") from error
            raise Refusal(causes(error)) from error


def _compared(urn: str, old: Existing, new: Plain) -> dict[str, Any]:
    """Fields that every comparison of what exists with new inputs sends."""
    outputs, inputs = _struct(old.outputs), _struct(old.inputs)
    return {"id": old.id, "urn": urn, "olds": outputs, "old_inputs": inputs, "news": _struct(new)}


def _struct(plain: Plain) -> Any:
    return to_struct(without_secrets(plain))
