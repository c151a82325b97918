"""What no request may do, whichever page it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from alerts.permalinks import preferences_url, unsubscribe_url
from alerts.tokens import make_token
from storage import tables
from tests.delivery.builders import World, text
from tests.web.visiting import BASE, SAME_SITE, Visitor, links, site_of
from web.app import ROUTES
from web.guard import MAX_BODY

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}</title></textarea>'


@pytest.fixture
def nasty(world: World) -> World:
    """An archive in which every text is an attack."""
    article = world.publish(text(NASTY), title=f"Een {NASTY}")
    world.edit(article, text(f"anders {NASTY}"), title=f"Twee {NASTY}")
    world.edit(article, text(f"weer anders {NASTY}"))
    with world.database.write() as session:
        row = session.get_one(tables.Article, article)
        version = session.get_one(tables.Version, row.current_id)
        bad = "javascript:alert(1)"
        blocks = [*version.data["blocks"], {"kind": "quote", "text": NASTY, "links": [{"text": NASTY, "url": bad}]}]
        names = {
            "authors": [NASTY],
            "tags": [NASTY],
            "theme": NASTY,
            "type": NASTY,
            "caption": NASTY,
            "language": NASTY,
        }
        related = [{"text": NASTY, "url": f"https://example.org/{NASTY}"}]
        version.data = version.data | names | {"blocks": blocks, "related": related}
        row.url = bad
    world.set_source("broken", NASTY)
    world.fail(bad, cause=NASTY[:30])
    world.subscribe()
    world.judge()
    return world


def every_page(world: World) -> Iterator[str]:
    """An address for each page that can be looked at, and some that cannot."""
    with world.database.write() as session:
        reader = session.query(tables.Subscription).one()
        yield unsubscribe_url("", reader)
        yield preferences_url("", reader)
        yield f"/aanmelden/{make_token(session, 'confirm', [reader.address, 'coalitie', 'daily'], world.now)}"
        yield f"/beheer/{make_token(session, 'operator', 'operator', world.now)}"
    query = "?q=%22%3E%3Cscript%3Ealert(3)%3C/script%3E"
    yield from ("/", f"/{query}", f"/?since={query[3:]}", "/artikelen", "/artikel/1", "/artikel/1/versie/2")
    yield from (
        "/artikel/1/wijziging/1-3",
        "/artikel/1/wijziging/1-3?vorm=naast",
        f"/zoeken{query}",
        "/zoeken?q=anders",
    )
    yield from ("/bronnen", "/aanmelden", "/nergens", "/afmelden/x", "/voorkeuren/x", "/wijzigingen.atom", "/metrics")


def test_every_route_with_a_page_is_looked_at(nasty: World, visitor: Visitor) -> None:
    """A page that is added later must be added here."""
    pages = {page.partition("?")[0] for page in every_page(nasty)}
    plain = {"/healthz", "/readyz", "/status.json", "/artikel/1/vergelijk", "/bronnen/quarantaine/1"}
    for route in ROUTES:
        if getattr(route, "methods", None) and "GET" in route.methods:
            assert any(route.path_regex.fullmatch(path) for path in pages | plain), route.path


def test_what_a_page_says_never_runs(nasty: World, visitor: Visitor) -> None:
    for path in every_page(nasty):
        answer = visitor.get(path)
        page = answer.text if answer.headers["content-type"].startswith("text/html") else ""
        assert "<script" not in page, path
        assert not re.search(r"<[^>]*\s(?:on\w+|style)=", re.sub(r"\"[^\"]*\"", '""', page)), path
        assert "javascript:" not in "".join(links(visitor.get(path))), path
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|\b49\b", page), path


def test_every_answer_forbids_scripts_frames_and_strangers(nasty: World, visitor: Visitor) -> None:
    for path in every_page(nasty):
        headers = visitor.get(path).headers
        policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["style-src"] == policy["form-action"] == "'self'"
        assert "script-src" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_pages_whose_address_is_a_key_are_kept_nowhere(nasty: World, visitor: Visitor) -> None:
    keyed = [
        path for path in every_page(nasty) if path.startswith(("/afmelden", "/voorkeuren", "/aanmelden", "/beheer"))
    ]
    assert len(keyed) >= 5
    for path in keyed:
        assert visitor.get(path).headers["cache-control"] == "no-store", path


def test_a_fault_of_ours_has_the_headers_too(world: World) -> None:
    def fail() -> dict[str, object]:
        raise RuntimeError("a secret detail")

    answer = Visitor(site_of(world, status=fail)).get("/bronnen")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:80", "", "localhost@evil.example", "wacht.example.org.",
     "[::2]", "127.0.0.1.nip.io", "a b", "[", "evil.example, localhost"],
)  # fmt: skip
def test_a_forged_host_is_refused(host: str, world: World) -> None:
    visitor = Visitor(site_of(world, base_url=BASE))
    for path in ("/", "/aanmelden", "/healthz", "/static/style.css"):
        answer = visitor.get(path, Host=host)
        assert answer.status_code == 400
        assert host not in answer.text or not host


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "wacht.example.org"])
def test_our_own_hosts_are_served(host: str, world: World) -> None:
    assert Visitor(site_of(world, base_url=BASE)).get("/", Host=host).status_code == 200


def test_without_a_configured_address_links_in_mails_are_to_the_host_that_was_checked(world: World) -> None:
    visitor = Visitor(site_of(world))
    assert visitor.get("/wijzigingen.atom", Host="evil.example").status_code == 400
    assert b"evil" not in visitor.get("/wijzigingen.atom", **{"X-Forwarded-Host": "evil.example"}).content


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elders.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost.elders.example"},
    ],
)
def test_a_post_from_another_site_is_refused(headers: dict[str, str], world: World, visitor: Visitor) -> None:
    fields = {"address": "a@example.org", "watch": "coalitie", "rhythm": "daily"}
    fields["form_token"] = visitor.form_token("/aanmelden")
    assert visitor.client.post("/aanmelden", data=fields, headers=headers).status_code == 403
    assert world.mails() == []
    assert visitor.client.post("/aanmelden", data=fields, headers=SAME_SITE).status_code == 200


def test_an_old_browser_that_says_nothing_still_needs_the_token(world: World, visitor: Visitor) -> None:
    fields = {"address": "a@example.org", "watch": "coalitie", "rhythm": "daily"}
    assert visitor.client.post("/aanmelden", data=fields).status_code == 403
    fields["form_token"] = visitor.form_token("/aanmelden")
    assert visitor.client.post("/aanmelden", data=fields, headers={"Origin": "null"}).status_code == 200


@pytest.mark.parametrize("path", ["/aanmelden", "/afmelden/x", "/nergens"])
def test_a_large_body_is_refused_unread(path: str, visitor: Visitor) -> None:
    body = b"address=" + b"a" * MAX_BODY
    assert visitor.client.post(path, content=body, headers=SAME_SITE).status_code == 413
    assert visitor.client.post(path, content=iter([body[: MAX_BODY // 2]] * 4), headers=SAME_SITE).status_code == 413
    assert visitor.client.post(path, content=b"", headers=SAME_SITE | {"Content-Length": "-1"}).status_code == 413


@pytest.mark.parametrize("path", ["//evil.example", "/%2F%2Fevil.example", "/artikel/1/", "/\\evil.example"])
def test_no_address_redirects_elsewhere(path: str, nasty: World, visitor: Visitor) -> None:
    assert visitor.client.get(f"http://localhost{path}").status_code == 404


def test_redirects_lead_to_our_own_pages(nasty: World, visitor: Visitor) -> None:
    for query in ("van=1&naar=2", "van=//evil.example&naar=https://evil.example", "", "van=-1&naar=9999999999999"):
        answer = visitor.get(f"/artikel/1/vergelijk?{query}")
        assert answer.status_code == 303
        assert re.fullmatch(r"/artikel/1/(wijziging/\d+-\d+|versie/\d+)", answer.headers["location"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method: str, visitor: Visitor) -> None:
    for path in ("/", "/aanmelden", "/afmelden/x"):
        assert visitor.client.request(method, path).status_code == 405


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    visitor = Visitor(site_of(world, base_url=BASE), "wacht.example.org")
    cookie = visitor.get("/aanmelden").headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "secure", "path=/"))


def test_static_files_cannot_be_left(visitor: Visitor) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert visitor.get(path).status_code in (400, 404)
