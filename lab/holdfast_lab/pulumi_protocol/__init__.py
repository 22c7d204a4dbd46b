"""Pulumi's gRPC protocol between an engine and its provider plugins, in plain values on both sides.

rpc               serving and calling, from a table of functions
property_values   what travels: Structs, secrets, values not known yet
errors            a "no" that travels
differences       what changed between two sets of inputs
provider          what a plugin does, without the protocol
provider_service  the plugin's side: messages in, a provider's answers out
provider_calls    the engine's side: calls to one provider

The pretend cloud (cloud.plugins) and the engine without the CLI (engine.monitor) stand on it; it knows neither.
"""
