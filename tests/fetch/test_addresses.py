"""Rows 3 and 20: what a host name leads to, and where we refuse to go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scrapy.resolver import dnscache
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.hosts import allowed_domains
from crawler.safety import PublicAddressResolver, is_public

from .child import Crawl, crawl
from .hostile import HostileServer

PUBLIC = ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34", "2002:5db8:d822::1"]
PRIVATE = [
    *["127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    *["169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
    *["::", "::1", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"],
    *["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1"],
]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_r20_an_address_that_is_not_on_the_internet_is_private_however_it_is_written(address: str) -> None:
    assert not is_public(address)


# Each reaches 127.0.0.2 or another private address: as a literal in any spelling, or by name.
TRAPS = [
    *["http://127.0.0.2:{port}/secret", "http://127.2:{port}/secret", "http://2130706434:{port}/secret"],
    *["http://0x7f.0.0.2:{port}/secret", "http://0177.0.0.2:{port}/secret", "http://[::ffff:127.0.0.2]:{port}/secret"],
    *["http://169.254.169.254/secret", "http://10.0.0.1/secret", "http://100.64.0.1/secret", "http://[::1]/secret"],
    *["http://0.0.0.0:{port}/secret", "http://[fe80::1]/secret"],
]


def through(trap: str) -> str:
    return f"/to-raw?{trap.encode().hex()}"


@pytest.fixture(scope="module")
def secret() -> Iterator[HostileServer]:
    with HostileServer(host="127.0.0.2") as server:
        yield server


@pytest.fixture(scope="module")
def traps(secret: HostileServer) -> list[str]:
    return [trap.format(port=secret.port) for trap in TRAPS]


@pytest.fixture(scope="module")
def visit(server: HostileServer, traps: list[str]) -> Crawl:
    """Every host is allowed, so that only the address guard stands between the crawl and the secret."""
    urls = [server.url("/page"), *(server.url(through(trap)) for trap in traps), *traps, "http://no-such-host.invalid/"]
    allowed = allowed_domains([server.url("/"), *traps, "http://no-such-host.invalid/"])
    return crawl(urls, allowed=allowed, public=["127.0.0.1"], allow_private_hosts=False, timeout=10)


def test_r03_a_name_that_does_not_exist_is_named(visit: Crawl) -> None:
    assert visit.cause("http://no-such-host.invalid/") == "dns"


def test_r20_a_private_address_is_not_dialled_directly(visit: Crawl, traps: list[str], secret: HostileServer) -> None:
    assert {trap: visit.cause(trap) for trap in traps} == dict.fromkeys(traps, "private_host")
    assert secret.paths() == []


def test_r20_a_private_address_is_not_dialled_through_a_redirect(
    visit: Crawl, traps: list[str], server: HostileServer, secret: HostileServer
) -> None:
    asked = [server.url(through(trap)) for trap in traps]
    assert visit.cause(server.url("/page")) == ""
    assert {url: visit.cause(url) for url in asked} == dict.fromkeys(asked, "private_host")
    assert secret.paths() == []


def test_private_hosts_are_fetched_when_the_operator_says_so(secret: HostileServer) -> None:
    assert crawl([secret.url("/page")]).cause(secret.url("/page")) == ""


class FakeNames:
    """A resolver that knows the addresses of one host, and the reactor that uses it."""

    def __init__(self, *addresses: str) -> None:
        self.nameResolver = self
        self._addresses = [(IPv6Address if ":" in text else IPv4Address)("TCP", text, 80) for text in addresses]

    def resolveHostName(self, receiver: Any, name: str, *_: object) -> None:  # noqa: N802
        receiver.resolutionBegan(None)
        for address in self._addresses:
            receiver.addressResolved(address)
        receiver.resolutionComplete()


class Receiver:
    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complete = False

    def resolutionBegan(self, _: object) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


def dialled(*addresses: str, twice: bool = False) -> list[str]:
    dnscache.clear()
    resolver = PublicAddressResolver(FakeNames(*addresses), 10)
    for _ in range(2 if twice else 1):
        receiver = Receiver()
        resolver.resolveHostName(receiver, "site.example", 80)
        assert receiver.complete
    return receiver.addresses


def test_all_public_addresses_of_a_host_may_be_dialled() -> None:
    assert dialled("93.184.216.34", "2606:2800:220:1::1") == ["93.184.216.34", "2606:2800:220:1::1"]


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("private", ["127.0.0.1", "::1", "::ffff:10.0.0.1"])
def test_r20_one_private_record_among_public_ones_refuses_the_host_also_from_the_cache(
    private: str, twice: bool
) -> None:
    assert dialled("93.184.216.34", private, "2606:2800:220:1::1", twice=twice) == []
