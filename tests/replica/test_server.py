from __future__ import annotations

import gzip
import http.client
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve

from .fixtures import LABS, MERGER, over_http, page, replica, site

__all__ = ["replica", "site"]


def test_the_server_listens_on_loopback_only_and_its_addresses_say_so(replica: Replica, site: str) -> None:
    parts = urlsplit(site)
    assert parts.hostname == "127.0.0.1"
    status, _, body = over_http(replica.url(LABS))
    assert status == 200
    assert f'href="{site}/thema/data-en-ai/"' in body.decode()
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.2", parts.port)) != 0


def test_after_the_block_nothing_listens_and_open_connections_are_cut(replica: Replica) -> None:
    with serve(replica) as url:
        port = urlsplit(url).port
        assert port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        connection.getresponse().read()
    assert connection.sock.recv(1) == b""
    connection.close()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_same_port_can_be_served_again(replica: Replica) -> None:
    with serve(replica) as first:
        over_http(first + "/")
    with serve(replica, port=urlsplit(first).port or 0) as second:
        assert second == first
        assert over_http(second + "/")[0] == 200


def test_one_connection_carries_many_requests(replica: Replica, site: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=5)
    used = set()
    for path in ("/", f"/artikel/{LABS}/", f"/artikel/{LABS}", "/bestaat-niet/", "/robots.txt"):
        connection.request("GET", path)
        connection.getresponse().read()
        used.add(connection.sock.getsockname())
    connection.close()
    assert len(used) == 1


def test_head_answers_like_get_without_a_body(replica: Replica, site: str) -> None:
    _, whole, body = over_http(replica.url(LABS))
    status, headers, nothing = over_http(replica.url(LABS), "HEAD")
    assert (status, nothing) == (200, b"")
    assert headers["Content-Length"] == whole["Content-Length"] == str(len(body))


def test_pages_are_compressed_only_when_switched_on_and_asked_for(replica: Replica, site: str) -> None:
    accept = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in over_http(replica.url(LABS), headers=accept)[1]
    replica.configure(gzip=True)
    assert "Content-Encoding" not in over_http(replica.url(LABS))[1]
    _, headers, body = over_http(replica.url(LABS), headers=accept)
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).decode() == page(replica, LABS)


def test_an_unchanged_page_is_304_and_a_changed_one_is_not_whatever_the_noise(replica: Replica, site: str) -> None:
    replica.configure(validators="content", noise=5)
    _, headers, _ = over_http(replica.url(LABS))
    asked = {"If-None-Match": headers["ETag"], "If-Modified-Since": headers["Last-Modified"]}
    status, _, body = over_http(replica.url(LABS), headers=asked)
    assert (status, body) == (304, b"")
    since = {"If-Modified-Since": headers["Last-Modified"]}
    assert over_http(replica.url(LABS), headers=since)[0] == 304
    replica.edit(MERGER, title="Een ander artikel verandert")
    assert over_http(replica.url(MERGER), headers=asked)[0] == 200
    replica.edit(LABS, title="Dit artikel verandert")
    assert over_http(replica.url(LABS), headers=asked)[0] == 200
    assert over_http(replica.url(LABS), headers=since)[0] == 200


def test_feeds_have_an_etag_too(replica: Replica, site: str) -> None:
    replica.configure(validators="content", era="2026")
    _, headers, _ = over_http(site + "/feeds/articles.rss")
    asked = {"If-None-Match": headers["ETag"]}
    assert over_http(site + "/feeds/articles.rss", headers=asked)[0] == 304
    replica.remove(LABS)
    assert over_http(site + "/feeds/articles.rss", headers=asked)[0] == 200


def test_useless_validators_never_match_and_without_the_switch_there_are_none(replica: Replica, site: str) -> None:
    assert "ETag" not in over_http(replica.url(LABS))[1]
    replica.configure(validators="useless")
    first, second = (over_http(replica.url(LABS))[1] for _ in range(2))
    assert first["ETag"] != second["ETag"]
    assert over_http(replica.url(LABS), headers={"If-None-Match": first["ETag"]})[0] == 200


def test_the_log_tells_who_asked_for_what(replica: Replica, site: str) -> None:
    before = time.time()
    over_http(replica.url(LABS) + "?utm_source=x", headers={"User-Agent": "Wacht/1.0", "X-Iets": "ja"})
    over_http(site + "/bestaat-niet/", "HEAD")
    over_http(replica.url(LABS))
    first = replica.log[0]
    assert replica.paths() == [f"/artikel/{LABS}/?utm_source=x", "/bestaat-niet/", f"/artikel/{LABS}/"]
    assert (first.method, first.user_agent, first.headers["x-iets"], first.status) == ("GET", "Wacht/1.0", "ja", 200)
    assert before <= first.time <= time.time()
    assert [request.status for request in replica.log] == [200, 404, 200]
    assert replica.hits[f"/artikel/{LABS}/"] == 2
    replica.forget_requests()
    assert not replica.log
    assert not replica.hits


def test_every_answer_waits_for_the_latency(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    page(replica, LABS)
    replica.configure(latency=0.25)
    page(replica, LABS)
    assert waited == [0.25]


def test_a_site_that_is_edited_and_redesigned_while_it_is_read_never_fails() -> None:
    replica = Replica(articles(40))
    replica.configure(noise=1)
    statuses: set[int] = set()
    with serve(replica) as url:
        paths = [article.path("wordpress") for article in replica.articles()]

        def read(offset: int) -> None:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
            for at in range(60):
                connection.request("GET", paths[(at * 7 + offset) % len(paths)])
                answer = connection.getresponse()
                answer.read()
                statuses.add(answer.status)
            connection.close()

        readers = [threading.Thread(target=read, args=(offset,)) for offset in range(4)]
        for reader in readers:
            reader.start()
        for number in range(40):
            replica.edit(MERGER, title=f"Kop nummer {number}")
            replica.configure(skin=number, era=("wordpress", "2026")[number % 2])
            if number == 20:
                replica.remove(LABS, 410)
        for reader in readers:
            reader.join()
    assert len(replica.log) == 240
    assert statuses <= {200, 301, 410}


@pytest.mark.parametrize("noise", [None, 1])
def test_every_request_is_counted_however_many_ask_at_once(replica: Replica, site: str, noise: int | None) -> None:
    replica.set_noise(noise)
    askers = [threading.Thread(target=over_http, args=(replica.url(LABS),)) for _ in range(20)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert replica.hits[f"/artikel/{LABS}/"] == 20
