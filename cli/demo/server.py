"""Serves a replica over HTTP/1.1 on loopback."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cli.demo.model import Replica
from cli.demo.site import respond

_LOOPBACK = "127.0.0.1"


@contextlib.contextmanager
def serve(replica: Replica, port: int = 0, host: str = _LOOPBACK) -> Iterator[str]:
    """Serve until the block ends, and give the base URL, without a slash at its end. Port 0 takes a free one.

    `host` is an address of loopback: nothing but this machine can connect. At the end open connections are cut.
    """
    server = _Server(replica, host, port)
    replica.base_url = f"http://{host}:{server.server_address[1]}"
    replica.changed()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield replica.base_url
    finally:
        server.shutdown()
        server.server_close()
        server.cut_connections()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, replica: Replica, host: str, port: int) -> None:
        self.replica = replica
        self._open: set[socket.socket] = set()
        super().__init__((host, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves early is no news; anything else is a bug and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "replica", ""
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        asked = {name.lower(): value for name, value in self.headers.items()}
        response = respond(self.server.replica, self.command, self.path, asked)
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.body)))
        # One write for head and body: two would wait for each other's acknowledgement.
        self._headers_buffer: list[bytes]
        head = b"".join([*self._headers_buffer, b"\r\n"])
        self._headers_buffer = []
        self.wfile.write(head + response.body if with_body and response.status != 304 else head)

    def log_message(self, format: str, *args: Any) -> None:
        """The replica keeps its own log."""
