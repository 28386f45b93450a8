"""Which addresses may be reached."""

import ipaddress

import pytest

from index.errors import AddressRefused, OutboundError
from index.outbound.addresses import AddressPolicy, is_public

PRIVATE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::1", "100::1",
    # Teredo hides the client's address by flipping its bits: this one is 127.0.0.1.
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_told(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(AddressRefused, match="not public"):
        AddressPolicy().checked("news.example", 80, lambda host, port: [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_told(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    found = AddressPolicy().checked("news.example", 80, lambda host, port: [address])
    assert found == [address]


def test_one_private_address_refuses_the_host() -> None:
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        AddressPolicy().checked("news.example", 80, lambda host, port: ["1.1.1.1", "10.0.0.1"])


@pytest.mark.parametrize(
    ("entry", "is_allowed"),
    [
        ("all", True),
        ("news.example", True),
        ("NEWS.example.", True),
        ("10.0.0.0/8", True),
        ("10.0.0.1", True),
        ("example", False),
        ("10.1.0.0/16", False),
        ("fd00::/8", False),
    ],
)
def test_what_is_named_is_allowed(entry: str, is_allowed: bool) -> None:
    policy = AddressPolicy.parse([entry])
    if is_allowed:
        assert policy.checked("News.Example", 80, lambda host, port: ["10.0.0.1"])
    else:
        with pytest.raises(AddressRefused):
            policy.checked("news.example", 80, lambda host, port: ["10.0.0.1"])


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "10.0.0.0/99", "http://x.example", "", "::g"])
def test_entries_that_mean_nothing_are_errors(entry: str) -> None:
    with pytest.raises(ValueError):
        AddressPolicy.parse([entry])


def test_unknown_hosts_are_errors() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(OutboundError, match="cannot be resolved"):
        AddressPolicy().checked("nowhere.example", 80, unknown)
