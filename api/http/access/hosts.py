"""The host names a server on this machine accepts while it needs no key.

A page of another site can point its own host name at 127.0.0.1 and then read the answers as if they
were its own (DNS rebinding). The browser still sends that name as `Host`, so names that are not
this machine's are refused. An IP address in place of a name cannot be redirected.
"""

import ipaddress
from collections.abc import Iterable, Sequence

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class HostNames:
    """Return the names of this machine and those added in the settings."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self._names = {"localhost", *(name.casefold() for name in more)}

    def allow(self, headers: Sequence[str]) -> bool:
        """Return whether a request with these `Host` headers is meant for this server.

        Browsers always send one; a client that sends none is not a browser.
        """
        return all(map(self._allows, headers))

    def _allows(self, header: str) -> bool:
        name = _without_port(header.strip()).rstrip(".").casefold()
        return name in self._names or name.endswith(".localhost") or _is_address(name)


def _without_port(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    name, _, port = header.rpartition(":")
    return name if name and port.isdecimal() and ":" not in name else header


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
