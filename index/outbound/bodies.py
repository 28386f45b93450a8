"""The body of a response, read and decompressed within a limit.

Decompression proceeds piece by piece and never beyond what is still allowed, so a small body that
expands to gigabytes costs no more memory than the limit.
"""

import zlib
from collections.abc import Iterable

from index.errors import OutboundError

ACCEPTED = "gzip, deflate"
"""The encodings requested: those whose decompressed size can be bounded on the way."""


def read_body(pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The whole body, decompressed. Raises OutboundError if it is too large or damaged."""
    if encoding in ("", "identity"):
        return _joined(pieces, max_bytes)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise OutboundError(f"it is compressed as {encoding!r}, which was not requested")
    packed = _joined(pieces, max_bytes)
    if not packed:
        return b""
    try:
        return _unpacked(packed, is_gzip=encoding != "deflate", max_bytes=max_bytes)
    except zlib.error as error:
        raise OutboundError(f"its {encoding} compression is damaged ({error})") from error


def _joined(pieces: Iterable[bytes], max_bytes: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > max_bytes:
            raise OutboundError(f"it has more than {max_bytes:,} bytes")
    return bytes(body)


def _unpacked(packed: bytes, *, is_gzip: bool, max_bytes: int) -> bytes:
    # Some servers send deflate without the zlib header that the standard requires.
    has_zlib_header = packed[0] & 0x0F == 8 and int.from_bytes(packed[:2]) % 31 == 0
    bits = zlib.MAX_WBITS | 16 if is_gzip else zlib.MAX_WBITS
    if not is_gzip and not has_zlib_header:
        bits = -zlib.MAX_WBITS
    body = b""
    while packed:  # gzip may consist of several members
        unpacker = zlib.decompressobj(bits)
        body += unpacker.decompress(packed, max_bytes + 1 - len(body))
        if len(body) > max_bytes:
            raise OutboundError(f"it decompresses to more than {max_bytes:,} bytes")
        if not unpacker.eof:
            raise zlib.error("it is truncated")
        packed = unpacker.unused_data if is_gzip else b""
        packed = packed.lstrip(b"\0")  # padding after the last member
    return body
