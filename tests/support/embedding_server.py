"""A local server that speaks OpenAI's `/v1/embeddings` with the hashing encoder's vectors.

What it does wrong, and for how many requests, is told to it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from hashing_encoder import HashingEncoder
from waiting import PATIENCE_S

Body = dict[str, Any]


@dataclass
class Fault:
    """What happens to one request instead of, or to, its answer."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    change: Callable[[Body], object] = lambda body: None
    is_silent: bool = False
    """Nothing is answered before the server ends."""
    hangs_up: bool = False


class EmbeddingServer:
    """What was asked, and what goes wrong next."""

    def __init__(self) -> None:
        self.url = ""
        self.key = ""
        self.encoder = HashingEncoder(dimension=32, max_tokens=4096)
        self.requests: list[Body] = []
        self.keys: list[str | None] = []
        self.faults: list[Fault] = []
        self.ending = Event()
        self._lock = Lock()

    def received(self, body: Body, key: str | None) -> Fault:
        with self._lock:
            self.requests.append(body)
            self.keys.append(key)
            if self.key and key != f"Bearer {self.key}":
                return Fault(status=401)
            return self.faults.pop(0) if self.faults else Fault()

    def answer(self, body: Body) -> Body:
        vectors = self.encoder.encode_passages(body["input"])
        rows = [
            {"object": "embedding", "index": index, "embedding": (vector * 3).tolist()}
            for index, vector in enumerate(vectors)
        ]
        return {"object": "list", "data": rows[::-1], "model": body["model"]}


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    """A running server on a free port of this machine."""
    state = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fault = state.received(body, self.headers["Authorization"])
            if fault.is_silent:
                state.ending.wait(PATIENCE_S)
            if fault.is_silent or fault.hangs_up:
                return
            answer: Body = {"error": {"message": "as told"}}
            if fault.status == 200:
                answer = state.answer(body)
                fault.change(answer)
            content = json.dumps(answer).encode()
            self.send_response(fault.status)
            for name, value in {**fault.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/v1/embeddings"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()
