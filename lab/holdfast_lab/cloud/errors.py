"""What the cloud answers instead of doing it: the protocol's own refusal."""

from holdfast_lab.pulumi_protocol.errors import Refusal

__all__ = ["Refusal"]
