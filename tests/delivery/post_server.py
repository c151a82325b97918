"""A web server on loopback to which posts are made: it answers as a test tells it to and keeps what it accepted."""

from __future__ import annotations

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class PostServer:
    """`script`: what it answers, one item a post; when they run out all is well. An item is a status, or "drop": keep
    the post and hang up without an answer."""

    def __init__(self, *script: int | str) -> None:
        self.script = deque(script)
        self.asked = 0
        self.accepted: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = outer.script.popleft() if outer.script else 200
                if answer in (200, "drop"):
                    outer.accepted.append(json.loads(body))
                if answer == "drop":
                    self.connection.close()
                    return
                self.send_response(int(answer))
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
