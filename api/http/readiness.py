"""Whether the server is ready for requests: not while it loads, nor before it stops."""

from dataclasses import dataclass


@dataclass
class Readiness:
    """`is_loading` until requests need not wait; `is_draining` before the server stops."""

    is_loading: bool = True
    is_draining: bool = False

    @property
    def is_ready(self) -> bool:
        """Return whether the server is neither loading nor draining."""
        return not self.is_loading and not self.is_draining
