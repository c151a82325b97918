"""Takes the picture in the README: the newest mail of a folder, as a mail client shows it.

    make demo && .venv/bin/python docs/pictures/make.py demo/mails

Needs Chromium. Run it again after the look of a digest changed, and look at what it made.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 760, 1180
PICTURE = Path(__file__).with_name("digest.png")
_MOST_BYTES = 300_000  # a README should load at once
_HEADING = (
    '<div style="font:16px/1.4 sans-serif;padding:14px 20px;background:#fff;color:#222;border-bottom:1px solid #bbb">'
    '<b style="font-size:19px">{subject}</b><br><span style="color:#555">{sender}</span></div>'
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of .eml files")
    parser.add_argument("--out", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    mails = sorted(arguments.folder.glob("*.eml"), key=lambda mail: mail.stat().st_mtime)
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if not mails or browser is None:
        print(f"{arguments.folder} holds no .eml file." if not mails else "Chromium is needed.", file=sys.stderr)
        return 1
    take(browser, page_of(mails[-1].read_bytes()), arguments.out.absolute())
    size = arguments.out.stat().st_size
    print(f"{arguments.out}: {size:,} bytes, of {mails[-1].name}")
    return int(size > _MOST_BYTES)


def page_of(mail: bytes) -> str:
    """The HTML part below its subject and sender."""
    message = message_from_bytes(mail, _class=EmailMessage, policy=default)
    part = message.get_body(("html",))
    if part is None:
        raise SystemExit("the mail has no HTML part")
    html: str = part.get_content()
    body = html.index(">", html.index("<body")) + 1
    heading = _HEADING.format(subject=escape(str(message["Subject"])), sender=escape(str(message["From"])))
    return html[:body] + heading + html[body:]


def take(browser: str, page: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "mail.html")
        file.write_text(page, encoding="utf-8")
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--no-first-run", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
             f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={target}", file.as_uri()],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
