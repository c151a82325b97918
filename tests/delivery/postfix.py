"""A real Postfix on loopback, of its own: configuration, queue and mailboxes in one folder, nothing of the machine's."""

from __future__ import annotations

import mailbox
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.delivery.smtp_server import self_signed

MASTER = Path("/usr/lib/postfix/sbin/master")
POSTFIX = shutil.which("postfix", path="/usr/sbin:/sbin")
needs_postfix = pytest.mark.skipif(
    POSTFIX is None or not MASTER.exists() or os.geteuid() != 0,
    reason="no Postfix here, or not root: apt-get install postfix",
)

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.org
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
default_transport = error:no mail leaves this machine
relay_transport = error:no mail leaves this machine
virtual_mailbox_domains = example.org
virtual_mailbox_maps = inline:{{lezer@example.org=lezer/}}
virtual_mailbox_base = {folder}/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {certificate}
smtpd_peername_lookup = no
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""
_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """`certificate` vouches for it to whoever trusts that file."""

    folder: Path
    port: int
    certificate: Path

    @property
    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text() if file.exists() else "no log"

    def mails(self, count: int) -> list[EmailMessage]:
        """What lezer@example.org has in the mailbox, oldest first, once there are `count`."""
        box = self.folder / "mailboxes" / "lezer"
        for _ in range(200):
            if len(list(box.glob("new/*"))) >= count:
                break
            time.sleep(0.1)
        files = sorted(box.glob("new/*"), key=lambda file: file.stat().st_mtime_ns)
        assert len(files) == len(mailbox.Maildir(box)) == count, self.log
        return [message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default) for file in files]


@contextmanager
def running() -> Iterator[Postfix]:
    """Started in the foreground, and ended by its process id with all it started."""
    # Not below pytest's folder, which only root may enter: Postfix gives up being root.
    folder = Path(tempfile.mkdtemp(prefix="nieuwswacht-postfix-"))
    try:
        server = _laid_out(folder)
        master = subprocess.Popen([MASTER, "-c", folder / "config", "-d"], stderr=subprocess.DEVNULL)
        try:
            _answers(server)
            yield server
        finally:
            master.terminate()
            master.wait(20)
    finally:
        shutil.rmtree(folder)


def _laid_out(folder: Path) -> Postfix:
    folder.chmod(0o755)
    owner = pwd.getpwnam("postfix")
    for name in ("config", "queue", "data", "mailboxes"):
        (folder / name).mkdir()
    for name in ("data", "mailboxes"):
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    certificate = self_signed(folder)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    values = {"folder": folder, "daemons": MASTER.parent, "uid": owner.pw_uid, "gid": owner.pw_gid}
    (folder / "config" / "main.cf").write_text(_MAIN.format(certificate=certificate, **values))
    (folder / "config" / "master.cf").write_text(_SERVICES.format(port=port))
    made = subprocess.run([str(POSTFIX), "-c", folder / "config", "check"], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return Postfix(folder, port, certificate)


def _answers(server: Postfix) -> None:
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
                if connection.recv(3) == b"220":
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Postfix does not answer: {server.log}")
