"""changedetection.io: a server that is started, asked over its interface to look at everything, and stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from typing import Any

from bench.measure import Clock, Cost, clean_environment
from bench.monitors import Installed, Unavailable

_PATIENCE = 300


class ChangedetectionIo(Installed):
    """Its mails are asked for through Apprise, its own way; 674 MB to install."""

    name = package = command_name = "changedetection.io"
    told = "http"

    def set_up(self) -> None:
        self._settings = self.folder / "changedetection.json"
        self._imported = False

    def check(self) -> Cost:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        environment = {**clean_environment(), "ALLOW_IANA_RESTRICTED_ADDRESSES": "true", "LOGGER_LEVEL": "ERROR"}
        command = [self.program(), "-d", str(self.folder), "-p", str(self._port), "-h", "127.0.0.1"]
        started = time.monotonic()
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder
        )
        problem = ""
        try:
            self._look()
        except (OSError, TimeoutError, Unavailable) as trouble:
            problem = f"{type(trouble).__name__}: {trouble}"
        finally:
            process.send_signal(signal.SIGTERM)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
        cpu = usage.ru_utime + usage.ru_stime
        return Cost(cpu, usage.ru_maxrss / 1024, time.monotonic() - started, int(bool(problem)), err=problem)

    def _look(self) -> None:
        self._wait(self._ready)
        before = time.time() - 1
        if not self._imported:
            mailto = f"mailto://127.0.0.1:{self.smtp_port}?from=b@example.org&to=lezer@example.org"
            for url in self.urls:
                self._ask("watch", {"url": url, "notification_urls": [mailto], "notification_body": "{{watch_url}}"})
            self._imported = True
        else:
            self._ask("watch?recheck_all=1")
        self._wait(lambda: all(watch["last_checked"] >= before for watch in self._ask("watch").values()))
        time.sleep(2)  # notifications have a thread of their own

    def _ready(self) -> bool:
        try:
            self._ask("systeminfo")
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _wait(self, done: Any) -> None:
        until = time.monotonic() + min(_PATIENCE, Clock.left())
        while not done():
            if time.monotonic() > until:
                raise TimeoutError(f"not done within {_PATIENCE} s, or within the time that was left")
            time.sleep(0.5)

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Content-Type": "application/json", "x-api-key": self._key()}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/api/v1/{path}", data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def _key(self) -> str:
        """Made by the server at its first start."""
        for path in self.folder.glob("*.json"):
            settings = json.loads(path.read_text() or "{}").get("settings", {})
            if key := settings.get("application", {}).get("api_access_token"):
                return str(key)
        return ""
