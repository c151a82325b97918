"""The other monitors by name, each in an environment of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bench.changedetection import ChangedetectionIo
from bench.monitors import Installed, Monitor, Unavailable, Urlwatch, Webchanges

PEERS: dict[str, type[Installed]] = {peer.package: peer for peer in (Urlwatch, Webchanges, ChangedetectionIo)}


def installed(names: Sequence[str]) -> list[type[Monitor]]:
    """Those of them that can be had here; of the others it says why not."""
    found: list[type[Monitor]] = []
    for name in names:
        try:
            PEERS[name].install()
        except Unavailable as reason:
            print(f"{name}: left out, {reason}")
        else:
            found.append(PEERS[name])
    return found
