"""A web server of this machine that answers as it is told, faults included.

A page is bytes, an `Answer`, or a function from the request to one of them; several answers in a
list are given one after the other, the last one for ever.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """Status, headers and body. `write`, where given, writes everything itself."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    write: Callable[[Any], None] | None = None


Page = bytes | Answer | Callable[[Request], bytes | Answer] | list[bytes | Answer]


@dataclass
class NewsServer:
    """`pages` by path; `asked` grows with every request."""

    server: ThreadingHTTPServer
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def answer(self, request: Request) -> Answer:
        page = self.pages.get(request.path, Answer(404))
        if isinstance(page, list):
            page = page.pop(0) if len(page) > 1 else page[0]
        elif callable(page):
            page = page(request)
        return page if isinstance(page, Answer) else Answer(body=page)


@contextmanager
def serving(wrap: Callable[[ThreadingHTTPServer], None] | None = None) -> Iterator[NewsServer]:
    """A running server; `wrap` may put TLS around its socket."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(length))
            news.asked.append(request)
            answer = news.answer(request)
            if answer.write is not None:
                answer.write(self)
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_POST = do_HEAD = do  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients that go away in the middle are part of the tests."""

    news = NewsServer(Server(("127.0.0.1", 0), Handler))
    if wrap is not None:
        wrap(news.server)
    thread = threading.Thread(target=news.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield news
    finally:
        news.server.shutdown()
        news.server.server_close()
        thread.join()
