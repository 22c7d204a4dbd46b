"""How every piece of hardware is registered: asked about before it goes, never renamed, given time.

hook                  asks the hub before delete and update, in previews too (hub_guard.py)
delete before replace there is no second cube to build beside the first, and names are explicit
timeouts              a cube can take hours to be handed over; a token must outlive them
protect, PREVENT      optional locks in Pulumi's state and at Google; off by default, because they refuse
                      before the hub is asked and so hide its answer
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi

from holdfast_infra.ground import Ground

_TIMEOUTS = pulumi.CustomTimeouts(create="150m", update="150m", delete="150m")


@dataclass(frozen=True, slots=True)
class Guarded:
    """The options all hardware of one run shares."""

    hook: pulumi.ResourceHook
    protect: bool = False
    ground: Ground = field(default_factory=Ground)
    """What is registered as ground here is not replaced: ground.py."""

    @property
    def deletion_policy(self) -> str:
        """What the provider does on delete: PREVENT fails it before Google is called."""
        return "PREVENT" if self.protect else "DELETE"

    @property
    def asked(self) -> pulumi.ResourceHookBinding:
        """The hub is asked before it changes and before it goes."""
        return pulumi.ResourceHookBinding(before_delete=[self.hook], before_update=[self.hook])

    def options(
        self, parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        """Options of one piece of hardware below its component."""
        return pulumi.ResourceOptions(
            parent=parent,
            depends_on=list(depends_on),
            protect=self.protect,
            delete_before_replace=True,
            custom_timeouts=_TIMEOUTS,
            hooks=self.asked,
        )
