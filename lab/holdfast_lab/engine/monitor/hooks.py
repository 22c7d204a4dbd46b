"""Asking the program: hooks it registered, called where they belong."""

from __future__ import annotations

import threading
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from holdfast_lab.engine.monitor.report import Report
from holdfast_lab.engine.monitor.state import ResourceState
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import to_struct
from holdfast_lab.pulumi_protocol.rpc import causes, channel

_ANSWER_SECONDS = 120.0


class Hooks:
    """The hooks of one run."""

    def __init__(self, dry_run: bool, report: Report) -> None:
        self._dry_run = dry_run
        self._report = report
        self._registered: dict[str, Any] = {}
        self._channels: dict[str, grpc.Channel] = {}
        self._lock = threading.Lock()

    def register(self, request: Any) -> None:
        """Remember a hook of the program."""
        self._registered[request.name] = request

    def call(
        self,
        when: str,
        subject: ResourceState,
        old: ResourceState | None = None,
        new: ResourceState | None = None,
    ) -> None:
        """Call the subject's hooks of this moment in order; the first that objects raises Refusal.

        Unregistered ones object too. `old` is none before a creation, `new` none before a deletion.
        """
        for name in subject.hooks.get(when, []):
            hook = self._registered.get(name)
            if hook is None:
                raise Refusal(f"{when} hook {name!r} was not registered by the program: nothing was done")
            if self._dry_run and not hook.on_dry_run:
                continue
            objection = self._ask(hook, subject, old, new)
            if objection and hook.ignore_errors:
                self._report.warn(subject.urn, f"{when} hook {name!r} failed: {objection}")
            elif objection:
                raise Refusal(f"{when} hook {name!r} failed: {objection}")

    def close(self) -> None:
        """Hang up."""
        for line in self._channels.values():
            line.close()

    def _ask(
        self, hook: Any, subject: ResourceState, old: ResourceState | None, new: ResourceState | None
    ) -> str:
        """The hook's objection, empty if it has none; a program that does not answer objects."""
        request = resource_pb2.ResourceHookRequest(
            urn=subject.urn,
            id=subject.id,
            name=subject.name,
            type=subject.type,
            **_properties("old", old),
            **_properties("new", new),
        )
        stub = callback_pb2_grpc.CallbacksStub(self._line(hook.callback.target))
        call = callback_pb2.CallbackInvokeRequest(
            token=hook.callback.token, request=request.SerializeToString()
        )
        try:
            answer = stub.Invoke(call, timeout=_ANSWER_SECONDS)
        except grpc.RpcError as error:
            return f"the program did not answer: {causes(error)}"
        return str(resource_pb2.ResourceHookResponse.FromString(answer.response).error)

    def _line(self, target: str) -> grpc.Channel:
        with self._lock:
            if target not in self._channels:
                self._channels[target] = channel(target)
            return self._channels[target]


def _properties(which: str, resource: ResourceState | None) -> dict[str, Any]:
    """Inputs and outputs as a hook is told them; what there is none of is not sent."""
    if resource is None:
        return {}
    both = {f"{which}_inputs": resource.inputs, f"{which}_outputs": resource.outputs}
    return {key: to_struct(plain) for key, plain in both.items() if plain}
