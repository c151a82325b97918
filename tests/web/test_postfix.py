"""A digest through a real Postfix into a mailbox, and out of the subscription by its one-click link."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from alerts.subscriptions import subscribe
from cli.main import run
from storage import tables
from storage.database import open_database
from tests.databases import copied_url, fresh_url
from tests.delivery.builders import World, text
from tests.delivery.postfix import Postfix, needs_postfix, running
from tests.web.serving import serving
from tests.web.visiting import BASE

pytestmark = needs_postfix
ADDRESS = "lezer@example.org"


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    with running() as server:
        yield server


@pytest.fixture
def config(postfix: Postfix, empty_archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of an installation that mails by STARTTLS, checking the server's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(postfix.certificate))
    file = tmp_path / "nieuwswacht.toml"
    file.write_text(
        f'[storage]\nurl = "{copied_url(empty_archive, tmp_path)}"\n[web]\nbase_url = "{BASE}"\n'
        '[mail]\nchannel = "smtp"\nhost = "127.0.0.1"\nsecurity = "starttls"\n'
        f"port = {postfix.port}\n"
    )
    return file


@pytest.fixture
def world(config: Path, tmp_path: Path) -> Iterator[World]:
    database = open_database(fresh_url(tmp_path))
    yield World(database)
    database.close()


def follow(world: World, address: str = ADDRESS) -> None:
    with world.database.write() as session:
        subscribe(session, address, "ai-coalitie", "immediately", world.later())


def state(world: World) -> str:
    with world.database.read() as session:
        return session.query(tables.Subscription).one().state


def digest(config: Path) -> int:
    return run(["--config", str(config), "digest"])


def test_a_digest_arrives_whole_and_one_click_ends_the_subscription_and_a_look_does_not(
    postfix: Postfix, world: World, config: Path
) -> None:
    article = world.publish(text("het budget 204 miljoen euro is"), title="Het “budget”: één én ander", tellable=False)
    follow(world)
    assert digest(config) == 0
    world.edit(article, text("het budget 210 miljoen euro is"))
    assert digest(config) == 0
    welcome, told = postfix.mails(2)
    assert "Welkom" in welcome["Subject"]
    assert "Het “budget”" in told["Subject"]
    assert not any(part.defects for part in (told, *told.walk()))
    assert told["Received"]
    assert "Was: Vandaag meldt AIC4NL dat het budget 204" in " ".join(told.get_body(("plain",)).get_content().split())
    assert "<ins" in told.get_body(("html",)).get_content()
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (link,) = [part.strip("<> ") for part in told["List-Unsubscribe"].split(",") if "https:" in part]
    path, host = link.removeprefix(BASE), {"Host": BASE.removeprefix("https://")}
    with serving(config) as (address, _):
        assert httpx2.get(address + path, headers=host).status_code == 200
        assert httpx2.head(address + path, headers=host).status_code == 200
        assert state(world) == "active"
        one_click = httpx2.post(address + path, headers=host, data={"List-Unsubscribe": "One-Click"})
        assert one_click.status_code == 200
    assert state(world) == "ended"
    world.edit(article, text("het budget 211 miljoen euro is"))
    assert digest(config) == 0
    assert len(postfix.mails(2)) == 2


def test_a_mailbox_that_postfix_does_not_know_is_left_alone_at_once(world: World, config: Path) -> None:
    world.publish(text("het budget 204 miljoen euro is"), tellable=False)
    follow(world, "niemand@example.org")
    assert digest(config) == 6
    assert state(world) == "paused"
    assert "5.1.1" in world.mails()[0].last_error
