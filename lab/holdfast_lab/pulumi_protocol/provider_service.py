"""Pulumi's provider protocol around a Plugin: messages in, plain values through, messages out.

Secrets and outputs are declined at the handshake: the engine opens secrets before it calls and marks them
again after it, and a preview's unknown values come as Pulumi's marker string.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as wire

from holdfast_lab.pulumi_protocol.differences import Difference
from holdfast_lab.pulumi_protocol.property_values import Plain, to_plain, to_struct, without_secrets
from holdfast_lab.pulumi_protocol.provider import Change, Checked, Existing, Plugin, Subject
from holdfast_lab.pulumi_protocol.rpc import Rpcs

SERVICE = wire.DESCRIPTOR.services_by_name["ResourceProvider"]


def rpcs(plugin: Plugin) -> Rpcs:
    """The table of calls that `rpc.serve` takes."""
    service = _Service(plugin)
    return {
        "Handshake": lambda _: wire.ProviderHandshakeResponse(),
        "GetPluginInfo": lambda _: plugin_pb2.PluginInfo(version=plugin.version),
        "CheckConfig": service.check_config,
        "DiffConfig": service.diff_config,
        "Configure": service.configure,
        "Invoke": service.invoke,
        "Check": service.check,
        "Diff": service.diff,
        "Create": service.create,
        "Read": service.read,
        "Update": service.update,
        "Delete": service.delete,
        "Cancel": lambda _: Empty(),
        "Attach": lambda _: Empty(),
    }


class _Service:
    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin

    def check_config(self, request: Any) -> Any:
        return _checked(self._plugin.check_config(_plain(request.news)))

    def diff_config(self, request: Any) -> Any:
        return _change(self._plugin.diff_config(_old_inputs(request), _plain(request.news)))

    def configure(self, request: Any) -> Any:
        self._plugin.configure(_plain(request.args))
        return wire.ConfigureResponse(supportsPreview=True)

    def invoke(self, request: Any) -> Any:
        answer = self._plugin.invoke(request.tok, _plain(request.args))
        return wire.InvokeResponse(**{"return": to_struct(answer)})

    def check(self, request: Any) -> Any:
        return _checked(self._plugin.check(Subject(request.urn), _plain(request.olds), _plain(request.news)))

    def diff(self, request: Any) -> Any:
        change = self._plugin.diff(_subject(request), _old_inputs(request), _plain(request.news))
        kept = [each for each in change.differences if not each.within(request.ignoreChanges)]
        return _change(Change(kept, _still_replacing(change, kept), change.delete_first))

    def create(self, request: Any) -> Any:
        made = self._plugin.create(Subject(request.urn), _plain(request.properties), request.preview)
        return wire.CreateResponse(id=made.id, properties=to_struct(made.outputs))

    def read(self, request: Any) -> Any:
        found = self._plugin.read(_subject(request), _plain(request.inputs))
        inputs, outputs = to_struct(found.inputs), to_struct(found.outputs)
        return wire.ReadResponse(id=found.id, properties=outputs, inputs=inputs)

    def update(self, request: Any) -> Any:
        before = Existing(request.id, _plain(request.olds), _old_inputs(request))
        made = self._plugin.update(_subject(request), before, _plain(request.news), request.preview)
        return wire.UpdateResponse(properties=to_struct(made.outputs))

    def delete(self, request: Any) -> Any:
        before = Existing(request.id, _plain(request.properties), _plain(request.old_inputs))
        self._plugin.delete(_subject(request), before)
        return Empty()


def _plain(struct: Any) -> Plain:
    plain: Plain = without_secrets(to_plain(struct))
    return plain


def _subject(request: Any) -> Subject:
    return Subject(request.urn, request.id)


def _old_inputs(request: Any) -> Plain:
    """The inputs of last time; engines before 3.60 sent only outputs."""
    return _plain(request.old_inputs if request.HasField("old_inputs") else request.olds)


def _checked(checked: Checked) -> Any:
    failures = [wire.CheckFailure(property=each.property, reason=each.reason) for each in checked.failures]
    return wire.CheckResponse(inputs=to_struct(checked.inputs), failures=failures)


def _still_replacing(change: Change, kept: list[Difference]) -> list[str]:
    paths = {each.path for each in kept}
    return [path for path in change.replaces if path in paths]


def _change(change: Change) -> Any:
    some = wire.DiffResponse.DIFF_SOME if change.differences else wire.DiffResponse.DIFF_NONE
    return wire.DiffResponse(
        changes=some,
        diffs=sorted({each.top for each in change.differences}),
        replaces=list(change.replaces),
        deleteBeforeReplace=change.delete_first,
        hasDetailedDiff=True,
        detailedDiff={each.path: _property_diff(each, change) for each in change.differences},
    )


def _property_diff(difference: Difference, change: Change) -> Any:
    suffix = "_REPLACE" if difference.path in change.replaces else ""
    kind = wire.PropertyDiff.Kind.Value(f"{difference.kind.upper()}{suffix}")
    return wire.PropertyDiff(kind=kind, inputDiff=True)
