"""Which addresses may be reached: public ones, and those the settings allow."""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index.errors import AddressRefused, OutboundError

ALL = "all"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

Resolve = Callable[[str, int], Sequence[str]]
"""Resolves a host and port to its current addresses. Raises OSError."""

_EMBEDDING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""NAT64 (RFC 6052, RFC 8215): a gateway forwards such traffic to the embedded IPv4 address."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What is allowed besides public addresses: hosts by name, networks, or everything."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    allows_all: bool = False

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "AddressPolicy":
        """Parse host names, addresses, networks such as `10.0.0.0/8`, `all`. Raises ValueError."""
        hosts, networks, allows_all = set(), [], False
        for entry in entries:
            if entry == ALL:
                allows_all = True
                continue
            try:
                networks.append(ipaddress.ip_network(entry))
            except ValueError:
                if "/" in entry or ":" in entry or not entry.strip("."):
                    raise
                hosts.add(_plain(entry))
        return cls(frozenset(hosts), tuple(networks), allows_all)

    def checked(self, host: str, port: int, resolve: Resolve) -> list[str]:
        """The addresses of a host, if all of them may be reached.

        A single forbidden address rules out the host, because which one a connection uses is a
        matter of chance. Raises AddressRefused, or OutboundError for a host that has no address.
        """
        try:
            found = list(dict.fromkeys(resolve(host, port)))
        except (OSError, UnicodeError) as error:
            raise OutboundError(f"{host}: this host name cannot be resolved ({error})") from error
        if not found:
            raise OutboundError(f"{host}: this host has no address")
        if not (self.allows_all or _plain(host) in self.hosts):
            for address in found:
                self._check(host, address)
        return found

    def _check(self, host: str, address: str) -> None:
        parsed = ipaddress.ip_address(address)
        if not (is_public(parsed) or any(parsed in network for network in self.networks)):
            raise AddressRefused(
                f"{host}: its address {address} is not public; to allow it, add the host "
                "or its network to the setting private_hosts"
            )


def is_public(address: Address) -> bool:
    """Whether an address is that of a single host on the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_link_local or _is_site(address)
    )


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address to which traffic for this IPv6 address really goes."""
    if any(address in network for network in _EMBEDDING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


def _is_site(address: Address) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and address.is_site_local


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


def system_addresses(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver gives for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]
