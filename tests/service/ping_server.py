"""A dead-man's switch on this machine."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer


class PingServer(HTTPServer):
    """Remembers the paths it was asked for."""

    def __init__(self, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.status = status

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/geheim-4711"


class _Handler(BaseHTTPRequestHandler):
    server: PingServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """The paths are all there is to know."""
