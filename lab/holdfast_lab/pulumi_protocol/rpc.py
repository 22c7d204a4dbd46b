"""Serving a Pulumi protocol over gRPC from a table of functions.

The protocol's own descriptor says what each call takes and returns, so a service is only a mapping from the
call's name to a function of the request. A call that is not in the table is answered "unimplemented".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message_factory import GetMessageClass
from pulumi.runtime.proto import provider_pb2, status_pb2

from holdfast_lab.pulumi_protocol.errors import Closing, HalfDone, Refusal
from holdfast_lab.pulumi_protocol.property_values import to_struct

LARGE_MESSAGES = [
    ("grpc.max_receive_message_length", 400 << 20),
    ("grpc.max_send_message_length", 400 << 20),
]
Rpcs = Mapping[str, Callable[[Any], Any]]
DETAILS = "grpc-status-details-bin"


def serve(services: Mapping[Any, Rpcs], threads: int = 32) -> tuple[grpc.Server, int]:
    """Start a server on loopback for these service descriptors; returns it and its port."""
    server = grpc.server(ThreadPoolExecutor(threads), options=LARGE_MESSAGES)
    for descriptor, rpcs in services.items():
        table = {name: _method(descriptor.methods_by_name[name], rpc) for name, rpc in rpcs.items()}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(descriptor.full_name, table),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def channel(address: str) -> grpc.Channel:
    """An open line to a server of this machine."""
    return grpc.insecure_channel(address, options=LARGE_MESSAGES)


def _method(method: Any, rpc: Callable[[Any], Any]) -> Any:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return rpc(request)
        except Refusal as refusal:
            _refuse(context, refusal)

    return grpc.unary_unary_rpc_method_handler(
        answer,
        request_deserializer=GetMessageClass(method.input_type).FromString,
        response_serializer=GetMessageClass(method.output_type).SerializeToString,
    )


def _refuse(context: grpc.ServicerContext, refusal: Refusal) -> None:
    """End the call with the message; a half-done change carries what exists in the status details."""
    if isinstance(refusal, HalfDone):
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(refusal))
        status.details.add().CopyFrom(_half_done(refusal))
        context.set_trailing_metadata(((DETAILS, status.SerializeToString()),))
    closing = isinstance(refusal, Closing)
    context.abort(grpc.StatusCode.UNAVAILABLE if closing else grpc.StatusCode.UNKNOWN, str(refusal))


def _half_done(refusal: HalfDone) -> AnyMessage:
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=refusal.identity,
            properties=to_struct(refusal.outputs),
            inputs=to_struct(refusal.inputs),
            reasons=[str(refusal)],
        )
    )
    return detail


def half_done(error: grpc.RpcError) -> Any | None:
    """The ErrorResourceInitFailed an error carries, if any."""
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS:
            for detail in status_pb2.Status.FromString(value).details:
                found = provider_pb2.ErrorResourceInitFailed()
                if detail.Unpack(found):
                    return found
    return None


def causes(error: grpc.RpcError) -> str:
    """What an error says, in the other side's words."""
    return str(error.details() or error.code())
