"""Refuses to dial anything that is not on the public internet: checked on the addresses themselves, at the last moment.

Twisted asks the reactor's resolver for every host, literals like `127.0.0.1` or `0x7f.1` included, and dials exactly
the addresses it is given; so one resolver guards page, redirect and robots.txt alike, and a name cannot change its
answer between the check and the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingHostnameResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.causes import FetchRefused
from crawler.settings import ALLOW_PRIVATE_HOSTS

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")

# Twisted reports a refusal as "no such host"; this is how the guard below tells the two apart. The resolver is the
# process's, as the reactor is, and a crawl is a process.
_refused_hosts: dict[str, str] = {}


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, seen through every way of writing IPv4 as IPv6."""
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:  # how public hosts look on a network that only speaks IPv6
            embedded = IPv4Address(int(ip) & 0xFFFF_FFFF)
        if embedded:
            return is_public(str(embedded))
        if ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes a host's addresses on when all of them are public, and none otherwise."""

    def __init__(self, receiver: Any, host: str) -> None:
        self._receiver = receiver
        self._host = host
        self._addresses: list[IAddress] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802  (Twisted's name)
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        self._addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        private = [address.host for address in self._addresses if not is_public(address.host)]
        if private:
            _refused_hosts[self._host] = private[0]
        else:
            for address in self._addresses:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class PublicAddressResolver(CachingHostnameResolver):
    """Scrapy's resolver for IPv4 and IPv6, without the addresses that are none of a news monitor's business."""

    allow_private_hosts = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicAddressResolver:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_private_hosts = crawler.settings.getbool(ALLOW_PRIVATE_HOSTS)
        return resolver

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        receiver: Any = resolutionReceiver if self.allow_private_hosts else _PublicOnly(resolutionReceiver, hostName)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


class AddressGuard:
    """Names a refused address for what it is: cause `private_host`, where Twisted only knows "no such host"."""

    def process_exception(self, request: Request, exception: Exception) -> None:
        host = urlparse_cached(request).hostname
        if isinstance(exception, CannotResolveHostError) and host in _refused_hosts:
            raise FetchRefused("private_host", f"{host} is at {_refused_hosts[host]}") from exception
