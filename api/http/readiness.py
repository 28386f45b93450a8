"""Whether the server should be sent requests: not while it loads, and not when it is to stop."""

from dataclasses import dataclass


@dataclass
class Readiness:
    """`is_loading` until the first question would not wait; `is_draining` before it stops."""

    is_loading: bool = True
    is_draining: bool = False

    @property
    def is_ready(self) -> bool:
        """Neither."""
        return not self.is_loading and not self.is_draining
