"""Remote encoder names: `https://HOST/v1/embeddings#MODEL`, optionally `;max_tokens=N`.

The name contains everything needed to reach the model again, since an index records the name; only
the key is kept separately.
"""

import ipaddress
from dataclasses import dataclass

import httpx

from index.errors import EncoderError

KEY_VARIABLE = "NEWSEARCH_ENCODER_KEY"
_MAX_TOKENS = 512
"""The limit of most embedding models; longer texts are errors, shorter ones cost little.
"""
_LEAST_TOKENS = 16
_SHAPE = "https://HOST/v1/embeddings#MODEL, optionally followed by ;max_tokens=N"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address to which texts are sent, the model, and the most tokens of one text."""

    url: str
    model: str
    max_tokens: int


def parse_endpoint(name: str, *, has_key: bool) -> Endpoint:
    """Parse the endpoint called `name`.

    Raises EncoderError, also if a key would be sent unencrypted.
    """
    address, _, described = name.partition("#")
    model, *options = described.split(";")
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise EncoderError(f"{name}: not an address ({error}); expected {_SHAPE}") from error
    if not url.host:
        raise EncoderError(f"{name}: no host in this address; expected {_SHAPE}")
    if url.userinfo:
        raise EncoderError(
            f"the address of the encoder on {url.host} contains a password, which the index would "
            f"store; set the key in {KEY_VARIABLE} instead"
        )
    if not model.strip():
        raise EncoderError(f"{name}: the model is missing; add it after the address: {_SHAPE}")
    if has_key and url.scheme == "http" and not _is_this_machine(url.host):
        raise EncoderError(
            f"{name}: the key of {KEY_VARIABLE} is not sent unencrypted; use https, or unset it"
        )
    return Endpoint(address, model.strip(), _max_tokens(name, options))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _max_tokens(name: str, options: list[str]) -> int:
    limit = _MAX_TOKENS
    for option in options:
        key, _, value = option.partition("=")
        if key.strip() != "max_tokens" or not value.strip().isdecimal():
            raise EncoderError(f"{name}: cannot read {option!r}; expected {_SHAPE}")
        limit = int(value)
    if limit < _LEAST_TOKENS:
        raise EncoderError(f"{name}: max_tokens must be at least {_LEAST_TOKENS}")
    return limit
