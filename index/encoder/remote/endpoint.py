"""The name of a remote encoder: `https://HOST/v1/embeddings#MODEL`, perhaps `;max_tokens=N`.

All that is needed to reach the model again stands in the name, since the name is what an index
remembers; only the key is kept apart.
"""

import ipaddress
from dataclasses import dataclass

import httpx

from index.errors import EncoderError

KEY_VARIABLE = "NEWSEARCH_ENCODER_KEY"
_MAX_TOKENS = 512
"""What most embedding models take; a longer text costs a server an error, a shorter one little."""
_LEAST_TOKENS = 16
_SHAPE = "https://HOST/v1/embeddings#MODEL, perhaps followed by ;max_tokens=N"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where texts are sent, for which model, and how many tokens of one text it takes."""

    url: str
    model: str
    max_tokens: int


def parse_endpoint(name: str, *, has_key: bool) -> Endpoint:
    """The endpoint called `name`. Raises EncoderError, also where a key would go unencrypted."""
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
            f"the address of the encoder on {url.host} holds a password, which the index would "
            f"remember; set the key in {KEY_VARIABLE} instead"
        )
    if not model.strip():
        raise EncoderError(f"{name}: which model? Name it behind the address: {_SHAPE}")
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
