"""Row 23: a certificate that does not prove who answers is no answer."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.crawl.monitor import Monitor
from tests.databases import answers

from .child import Crawl, crawl
from .hostile import HostileServer

TODAY = dt.datetime.now(dt.UTC)
BAD = ["self-signed", "expired", "wrong-name", "unknown-issuer"]


class Authority:
    """Issues certificates; `certificate` is what a machine that trusts it has on file."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign("Test authority", self._key, None, 30)

    def issue(self, folder: Path, host: str | None, days: int = 30, self_signed: bool = False) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign("localhost", key, host, days, signer=key if self_signed else None)
        file = folder / "server.pem"
        form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        pem = serialization.Encoding.PEM
        file.write_bytes(key.private_bytes(pem, *form) + certificate.public_bytes(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _sign(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        host: str | None,
        days: int,
        signer: ec.EllipticCurvePrivateKey | None = None,
    ) -> x509.Certificate:
        def named(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(name if signer else "Test authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(TODAY - dt.timedelta(days=60))
            .not_valid_after(TODAY + dt.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host:
            names: list[x509.GeneralName] = [x509.DNSName(host)]
            if host == "localhost":
                names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(signer or self._key, hashes.SHA256())


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, HostileServer], Path]]:
    ours, theirs = Authority(), Authority()
    folder = tmp_path_factory.mktemp("tls")
    trusted = folder / "trusted.pem"
    trusted.write_bytes(ours.certificate.public_bytes(serialization.Encoding.PEM))
    contexts = {
        "good": ours.issue(folder, "localhost"),
        "self-signed": ours.issue(folder, "localhost", self_signed=True),
        "expired": ours.issue(folder, "localhost", days=-1),
        "wrong-name": ours.issue(folder, "other.example"),
        "unknown-issuer": theirs.issue(folder, "localhost"),
    }
    with ExitStack() as stack:
        yield {name: stack.enter_context(HostileServer(tls=tls)) for name, tls in contexts.items()}, trusted


@pytest.fixture(scope="module")
def visit(servers: tuple[dict[str, HostileServer], Path]) -> Crawl:
    urls = [server.url("/page", host) for server in servers[0].values() for host in ("localhost", "127.0.0.1")]
    return crawl(urls, timeout=10, environment={"SSL_CERT_FILE": str(servers[1])})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_of_the_host_and_a_known_issuer_is_accepted(
    visit: Crawl, servers: tuple[dict[str, HostileServer], Path], host: str
) -> None:
    assert visit.cause(servers[0]["good"].url("/page", host)) == ""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("kind", BAD)
def test_r23_any_other_certificate_is_refused_unread(
    visit: Crawl, servers: tuple[dict[str, HostileServer], Path], kind: str, host: str
) -> None:
    server = servers[0][kind]
    assert visit.cause(server.url("/page", host)) == "tls"
    assert server.paths() == []


def test_r23_a_crawl_names_the_certificate_and_the_source_needs_attention(
    servers: tuple[dict[str, HostileServer], Path], tmp_path: Path
) -> None:
    with HostileServer(listed=("page",)) as well:
        bad = servers[0]["self-signed"].url("/thema/alles/", "localhost")
        monitor = Monitor(tmp_path, well.url("/thema/alles/"), bad)
        done = monitor.crawl()
    assert (done.code, done.document["failures"]) == (4, [{"url": bad, "cause": "tls"}])
    assert answers(monitor.url, "SELECT state, reason FROM sources") == [
        ("attention", f"the seed {bad} could not be read (tls)")
    ]
