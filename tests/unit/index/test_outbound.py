"""The guarded client against real servers of this machine, and their faults."""

import gzip
import ssl
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import trustme
from news_server import Answer, NewsServer, Request, serving
from ports import closed_port
from waiting import PATIENCE_S

from index.errors import AddressRefused, OutboundError
from index.outbound.addresses import AddressPolicy
from index.outbound.client import Fetched, Limits, Outbound

LOCAL = AddressPolicy.parse(["127.0.0.0/8"])


@pytest.fixture
def news() -> Iterator[NewsServer]:
    with serving() as server:
        yield server


def outbound(**limits: Any) -> Outbound:
    return Outbound(LOCAL, Limits(**limits))


def test_an_answer_of_any_status(news: NewsServer) -> None:
    news.pages["/a"] = Answer(418, {"X-Kind": "tea"}, b"short and stout")
    answer = outbound().fetch(f"{news.url}/a", headers={"If-None-Match": '"7"'})
    assert (answer.status, answer.body) == (418, b"short and stout")
    assert (answer.headers["x-kind"], answer.is_success) == ("tea", False)
    (request,) = news.asked
    assert request.headers["if-none-match"] == '"7"'
    assert request.headers["user-agent"] == "newsearch"


def test_a_post_is_sent_whole_and_not_redirected(news: NewsServer) -> None:
    news.pages["/hook"] = Answer(307, {"Location": "/other"})
    answer = outbound().fetch(f"{news.url}/hook", method="POST", content=b"{}")
    assert answer.status == 307
    assert [(r.method, r.path, r.body) for r in news.asked] == [("POST", "/hook", b"{}")]


def test_private_addresses_are_refused_without_a_connection(news: NewsServer) -> None:
    for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001"):
        with pytest.raises(AddressRefused, match="private_hosts"):
            Outbound().fetch(f"http://{host}:{news.port}/")
    with pytest.raises(AddressRefused):
        Outbound().fetch(f"http://[::ffff:127.0.0.1]:{news.port}/")
    assert news.asked == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/", "gopher://x.example", "/a", "", "http://"]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(OutboundError):
        outbound().fetch(url)


def test_the_address_that_was_checked_is_the_one_asked(news: NewsServer) -> None:
    """A resolver that answers differently the second time is not asked a second time."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    client = Outbound(LOCAL, resolve=lambda host, port: next(answers))
    news.pages["/"] = b"here"
    assert client.fetch(f"http://news.example:{news.port}/").body == b"here"
    assert news.asked[0].headers["host"] == f"news.example:{news.port}"
    assert next(answers) == ["10.0.0.1"]


def test_the_next_address_is_tried_where_one_does_not_answer(news: NewsServer) -> None:
    client = Outbound(LOCAL, resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"])
    news.pages["/"] = b"here"
    assert client.fetch(f"http://news.example:{news.port}/").body == b"here"


def test_redirects_are_followed_and_told(news: NewsServer) -> None:
    news.pages |= {
        "/old": Answer(301, {"Location": "/new"}),
        "/new": Answer(308, {"Location": f"{news.url}/newest"}),
        "/newest": b"found",
        "/today": Answer(302, {"Location": "/old"}),
    }
    answer = outbound().fetch(f"{news.url}/old")
    assert (answer.body, answer.url) == (b"found", f"{news.url}/newest")
    assert answer.moved_to == f"{news.url}/newest"
    assert outbound().fetch(f"{news.url}/today").moved_to is None
    assert outbound().fetch(f"{news.url}/newest").moved_to is None


def test_a_redirect_to_a_private_address_is_refused(news: NewsServer) -> None:
    client = Outbound(AddressPolicy.parse(["127.0.0.1"]))
    for target in ("http://127.0.0.2/", "http://10.0.0.1/", "//192.168.0.1/"):
        news.pages["/"] = Answer(302, {"Location": target})
        with pytest.raises(AddressRefused):
            client.fetch(f"{news.url}/")
    news.pages["/"] = Answer(302, {"Location": "file:///etc/passwd"})
    with pytest.raises(AddressRefused, match="http"):
        client.fetch(f"{news.url}/")


def test_redirect_loops_end(news: NewsServer) -> None:
    news.pages |= {
        "/a": Answer(302, {"Location": "/b"}),
        "/b": Answer(302, {"Location": "/a"}),
    }
    with pytest.raises(OutboundError, match="more than 5 times"):
        outbound().fetch(f"{news.url}/a")
    assert len(news.asked) == 6


def test_credentials_do_not_travel_to_another_origin(news: NewsServer) -> None:
    with serving() as other:
        news.pages["/"] = Answer(302, {"Location": f"{other.url}/"})
        other.pages["/"] = b"there"
        headers = {"Authorization": "Bearer secret", "Accept": "text/plain"}
        url = f"http://127.0.0.1:{news.port}/"
        assert outbound().fetch(url, headers=headers).body == b"there"
        assert news.asked[0].headers["authorization"] == "Bearer secret"
        assert "authorization" not in other.asked[0].headers
        assert other.asked[0].headers["accept"] == "text/plain"


def test_large_bodies_are_refused(news: NewsServer) -> None:
    def endless(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            handler.wfile.write(b"x" * 65_536)

    news.pages |= {"/declared": b"x" * 100_001, "/endless": Answer(write=endless)}
    for path in ("/declared", "/endless"):
        with pytest.raises(OutboundError, match="more than 100,000 bytes"):
            outbound(max_bytes=100_000).fetch(news.url + path)


def packed(data: bytes, encoding: str) -> Answer:
    return Answer(headers={"Content-Encoding": encoding}, body=data)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def test_packed_bodies_are_unpacked(news: NewsServer) -> None:
    text = b"news " * 1000
    news.pages |= {
        "/gzip": packed(gzip.compress(text), "gzip"),
        "/two": packed(gzip.compress(text[:100]) + gzip.compress(text[100:]), "x-gzip"),
        "/deflate": packed(zlib.compress(text), "deflate"),
        "/raw": packed(raw_deflate(text), "deflate"),
        "/empty": packed(b"", "gzip"),
    }
    for path in ("/gzip", "/two", "/deflate", "/raw"):
        assert outbound().fetch(news.url + path).body == text
    assert outbound().fetch(f"{news.url}/empty").body == b""


def test_damaged_packing_and_bombs_are_errors(news: NewsServer) -> None:
    text = gzip.compress(b"news " * 1000)
    bomb = gzip.compress(b"\0" * 50_000_000)
    news.pages |= {
        "/cut": packed(text[:-20], "gzip"),
        "/junk": packed(b"not packed at all", "gzip"),
        "/brotli": packed(text, "br"),
        "/twice": packed(text, "gzip, gzip"),
        "/bomb": packed(bomb, "gzip"),
    }
    for path, why in {
        "/cut": "damaged",
        "/junk": "damaged",
        "/brotli": "not requested",
        "/twice": "not requested",
        "/bomb": "decompresses to more",
    }.items():
        with pytest.raises(OutboundError, match=why):
            outbound(max_bytes=200_000).fetch(news.url + path)


def test_silence_and_trickles_end(news: NewsServer) -> None:
    """Those of servers that would never end."""
    enough = threading.Event()

    def silent(handler: Any) -> None:
        enough.wait(PATIENCE_S)

    def trickle(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not enough.wait(0.05):
            handler.wfile.write(b"x")

    def slow_head(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not enough.wait(0.05):
            handler.wfile.write(b"x")

    pages = {"/silent": silent, "/trickle": trickle, "/head": slow_head}
    news.pages |= {path: Answer(write=write) for path, write in pages.items()}
    for path in pages:
        with pytest.raises(OutboundError, match=r"in time|longer than 0\.5 seconds"):
            outbound(read_s=0.2, total_s=0.5).fetch(news.url + path)
    enough.set()


def test_a_name_that_is_not_resolved_in_time() -> None:
    enough = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        enough.wait(PATIENCE_S)
        return ["127.0.0.1"]

    client = Outbound(LOCAL, Limits(total_s=0.3), resolve=slow)
    with pytest.raises(OutboundError, match=r"not be resolved in time|longer than 0\.3"):
        client.fetch("http://slow.example/")
    enough.set()


def test_broken_answers_are_errors(news: NewsServer) -> None:
    def cut(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")

    def junk(handler: Any) -> None:
        handler.wfile.write(b"\0\1\2 this is no HTTP\r\n\r\n")

    news.pages |= {"/cut": Answer(write=cut), "/junk": Answer(write=junk)}
    for path in ("/cut", "/junk"):
        with pytest.raises(OutboundError, match="connection failed"):
            outbound().fetch(news.url + path)
    news.pages["/"] = Answer(302, {"Location": "http://x.example:port/"})
    with pytest.raises(OutboundError, match="violates HTTP"):
        outbound().fetch(f"{news.url}/")


def test_nobody_listens() -> None:
    with closed_port() as port, pytest.raises(OutboundError, match="connection failed"):
        outbound().fetch(f"http://127.0.0.1:{port}")


def test_passwords_are_sent_but_never_shown(news: NewsServer) -> None:
    news.pages["/"] = lambda request: Answer(body=request.headers["authorization"].encode())
    url = f"http://ada:secret@127.0.0.1:{news.port}/"
    assert outbound().fetch(url).body.startswith(b"Basic ")
    with pytest.raises(AddressRefused) as refused:
        Outbound().fetch(url)
    assert "secret" not in str(refused.value)


def test_the_environment_names_no_proxy(news: NewsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    news.pages["/"] = b"direct"
    with closed_port() as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
        assert outbound().fetch(f"{news.url}/").body == b"direct"


def test_tls_speaks_of_the_name_and_its_certificate_must_fit() -> None:
    authority = trustme.CA()
    offered: list[str | None] = []
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.example").configure_cert(server_tls)
    server_tls.sni_callback = lambda _socket, name, _context: offered.append(name)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    def wrap(server: Any) -> None:
        server.socket = server_tls.wrap_socket(server.socket, server_side=True)

    with serving(wrap) as news:
        news.pages["/"] = b"private"

        def fetched(host: str, tls: ssl.SSLContext | None) -> Fetched:
            client = Outbound(LOCAL, resolve=lambda host, port: ["127.0.0.1"], tls=tls)
            return client.fetch(f"https://{host}:{news.port}/")

        assert fetched("news.example", trusting).body == b"private"
        assert offered == ["news.example"]
        with pytest.raises(OutboundError, match="certificate"):
            fetched("other.example", trusting)
        with pytest.raises(OutboundError, match="certificate"):
            fetched("news.example", None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 20.0),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after(value: str, expected: float | None) -> None:
    answer = Fetched("http://x.example", 429, {"retry-after": value}, b"")
    assert answer.retry_after_s(now_s=100) == expected


def test_methods_are_sent_as_given(news: NewsServer) -> None:
    def echo(request: Request) -> Answer:
        return Answer(headers={"X-Method": request.method})

    news.pages["/"] = echo
    assert outbound().fetch(f"{news.url}/", method="HEAD").headers["x-method"] == "HEAD"
