"""The two protocols the program speaks: it registers with the monitor and talks to the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, provider_pb2, resource_pb2

from holdfast_lab.engine.monitor.changes import Run
from holdfast_lab.engine.monitor.deployment import Deployment
from holdfast_lab.engine.monitor.goal import STACK_TYPE, Names
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain, to_plain, to_struct, without_secrets
from holdfast_lab.pulumi_protocol.rpc import Rpcs

MONITOR = resource_pb2.DESCRIPTOR.services_by_name["ResourceMonitor"]
ENGINE = engine_pb2.DESCRIPTOR.services_by_name["Engine"]
_FEATURES = {
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "aliasSpecs": resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    "resourceHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
}
_GET_BY_URN = "pulumi:pulumi:getResource"
_STACK = "pulumi:pulumi:StackReference"


class Service:
    """Answers the program of one run; `on_shutdown` is called when the program has registered everything."""

    def __init__(
        self, run: Run, names: Names, deployment: Deployment, on_shutdown: Callable[[], None]
    ) -> None:
        self._run = run
        self._names = names
        self._deployment = deployment
        self._on_shutdown = on_shutdown
        self._root = ""

    def monitor(self) -> Rpcs:
        """Calls of the monitor's protocol."""
        return {
            "GetDeploymentInfo": lambda _: resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES.values()),
            "SupportsFeature": lambda asked: resource_pb2.SupportsFeatureResponse(
                hasSupport=asked.id in _FEATURES
            ),
            "Invoke": self._invoke,
            "ReadResource": self._read,
            "RegisterResource": self._register,
            "RegisterResourceOutputs": self._register_outputs,
            "RegisterResourceHook": self._register_hook,
            "SignalAndWaitForShutdown": self._shut_down,
        }

    def engine(self) -> Rpcs:
        """Calls of the engine's protocol."""
        return {
            "Log": self._log,
            "GetRootResource": lambda _: engine_pb2.GetRootResourceResponse(urn=self._root),
            "SetRootResource": self._set_root,
            "RequirePulumiVersion": lambda _: engine_pb2.RequirePulumiVersionResponse(),
        }

    def _register(self, request: Any) -> Any:
        told = self._deployment.register(self._names.goal(request))
        outcome = resource_pb2.Result.SUCCESS if told.known else resource_pb2.Result.FAIL
        return resource_pb2.RegisterResourceResponse(
            urn=told.urn, id=told.id, object=to_struct(told.outputs), result=outcome
        )

    def _register_outputs(self, request: Any) -> Any:
        if request.urn.split("::")[2] == STACK_TYPE:
            self._run.state.export(to_plain(request.outputs))
        return Empty()

    def _register_hook(self, request: Any) -> Any:
        self._run.hooks.register(request)
        return Empty()

    def _read(self, request: Any) -> Any:
        """Something that this stack does not own."""
        urn = self._names.urn(request.parent, request.type, request.name)
        if request.type == _STACK:
            return self._other_stack(urn, request.id)
        calls = self._deployment.calls(request.provider, request.type.split(":", maxsplit=1)[0])
        identity, outputs = calls.read(urn, request.id, to_plain(request.properties))
        if not identity:
            raise Refusal(f"{request.type} {request.id} does not exist")
        return resource_pb2.ReadResourceResponse(urn=urn, properties=to_struct(outputs))

    def _other_stack(self, urn: str, name: str) -> Any:
        """What another stack of this lab exported, as the CLI's own provider answers."""
        outputs = self._run.state.exported_by(name.rpartition("/")[2])
        if outputs is None:
            raise Refusal(f'unknown stack "{name}"')
        found = {"name": name, "outputs": outputs, "secretOutputNames": []}
        return resource_pb2.ReadResourceResponse(urn=urn, properties=to_struct(found))

    def _invoke(self, request: Any) -> Any:
        arguments: Plain = without_secrets(to_plain(request.args))
        if request.tok == _GET_BY_URN:
            return self._by_urn(str(arguments["urn"]))
        calls = self._deployment.calls(request.provider, request.tok.split(":", maxsplit=1)[0])
        answer = calls.invoke(request.tok, arguments)
        failures = [
            provider_pb2.CheckFailure(property=each.property, reason=each.reason) for each in answer.failures
        ]
        return resource_pb2.ResourceInvokeResponse(**{"return": getattr(answer, "return")}, failures=failures)

    def _by_urn(self, urn: str) -> Any:
        found = self._run.state.find(urn)
        if found is None:
            raise Refusal(f"nothing stands under {urn}")
        described = {"urn": urn, "id": found.id, "state": found.outputs}
        return resource_pb2.ResourceInvokeResponse(**{"return": to_struct(described)})

    def _shut_down(self, _request: Any) -> Any:
        """The program has registered everything; its hooks answer until this call returns."""
        self._on_shutdown()
        return Empty()

    def _set_root(self, request: Any) -> Any:
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def _log(self, request: Any) -> Any:
        if request.severity == engine_pb2.ERROR and not self._deployment.stopped:
            self._run.report.error(request.urn, request.message)
        elif request.severity in (engine_pb2.INFO, engine_pb2.WARNING):
            self._run.report.say(request.message)
        return Empty()
