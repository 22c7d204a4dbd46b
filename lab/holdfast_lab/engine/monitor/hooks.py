"""Asking the program: hooks it registered, called where they belong."""

import threading
from dataclasses import dataclass
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from holdfast_lab.engine.monitor.report import Report
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain, to_struct
from holdfast_lab.pulumi_protocol.rpc import causes, channel

_ANSWER_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What a hook is told: old is empty before a creation, new is empty before a deletion."""

    urn: str
    id: str
    name: str
    type: str
    old_inputs: Plain
    old_outputs: Plain
    new_inputs: Plain
    new_outputs: Plain


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

    def missing(self, names: list[str]) -> list[str]:
        """Those of these hooks that the program has not registered in this run."""
        return [name for name in names if name not in self._registered]

    def call(self, when: str, names: list[str], moment: Moment) -> None:
        """Call hooks in order; the first that objects raises Refusal. Unregistered ones object too."""
        for name in names:
            hook = self._registered.get(name)
            if hook is None:
                raise Refusal(f"{when} hook {name!r} was not registered by the program: nothing was done")
            if self._dry_run and not hook.on_dry_run:
                continue
            objection = self._ask(hook, moment)
            if objection and hook.ignore_errors:
                self._report.warn(moment.urn, f"{when} hook {name!r} failed: {objection}")
            elif objection:
                raise Refusal(f"{when} hook {name!r} failed: {objection}")

    def close(self) -> None:
        """Hang up."""
        for line in self._channels.values():
            line.close()

    def _ask(self, hook: Any, moment: Moment) -> str:
        """The hook's objection, empty if it has none; a program that does not answer objects."""
        request = resource_pb2.ResourceHookRequest(
            urn=moment.urn,
            id=moment.id,
            name=moment.name,
            type=moment.type,
            **{
                key: to_struct(getattr(moment, key))
                for key in ("old_inputs", "old_outputs", "new_inputs", "new_outputs")
                if getattr(moment, key)
            },
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
