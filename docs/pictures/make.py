"""Takes the pictures in the README: the newest mail of the demo as a mail client shows it, and two of the pages.

    make demo && .venv/bin/python docs/pictures/make.py demo

Needs Chromium. Run it again after the look of digests or pages changed, and look at what it made.
"""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).parent
MAIL, PAGE = (760, 1180), (800, 760)
_MOST_BYTES = 300_000  # a README should load at once
_HEADING = (
    '<div style="font:16px/1.4 sans-serif;padding:14px 20px;background:#fff;color:#222;border-bottom:1px solid #bbb">'
    '<b style="font-size:19px">{subject}</b><br><span style="color:#555">{sender}</span></div>'
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what `nieuwswacht demo` made")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the pictures")
    arguments = parser.parse_args()
    mails = sorted(arguments.folder.glob("mails/*.eml"), key=lambda mail: mail.stat().st_mtime)
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if not mails or browser is None:
        print(f"{arguments.folder} holds no mails." if not mails else "Chromium is needed.", file=sys.stderr)
        return 1
    out = arguments.out.absolute()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "mail.html")
        file.write_text(mail_page(mails[-1].read_bytes()), encoding="utf-8")
        take(browser, file.as_uri(), out / "digest.png", MAIL)
    with serving(arguments.folder / "nieuwswacht.toml") as address:
        take(browser, address, out / "overview.png", PAGE)
        with urlopen(f"{address}/?kind=edited&significance=major") as page:
            change = re.findall(r"/artikel/\d+/wijziging/\d+-\d+", page.read().decode())[0]
        take(browser, f"{address}{change}?vorm=naast", out / "comparison.png", PAGE)
    sizes = {name: (out / f"{name}.png").stat().st_size for name in ("digest", "overview", "comparison")}
    print(f"{out}: {', '.join(f'{name} {size:,} bytes' for name, size in sizes.items())}")
    return int(max(sizes.values()) > _MOST_BYTES)


def mail_page(mail: bytes) -> str:
    """The HTML part below its subject and sender."""
    message = message_from_bytes(mail, _class=EmailMessage, policy=default)
    part = message.get_body(("html",))
    if part is None:
        raise SystemExit("the mail has no HTML part")
    html: str = part.get_content()
    body = html.index(">", html.index("<body")) + 1
    heading = _HEADING.format(subject=escape(str(message["Subject"])), sender=escape(str(message["From"])))
    return html[:body] + heading + html[body:]


@contextmanager
def serving(config: Path) -> Iterator[str]:
    """The address at which the pages answer."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--config", str(config), "--quiet", "serve", "--port", str(port)]
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urlopen(f"{address}/readyz").close()
                break
            except URLError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def take(browser: str, url: str, target: Path, size: tuple[int, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--no-first-run", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
             f"--window-size={size[0]},{size[1]}", f"--screenshot={target}", url],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
