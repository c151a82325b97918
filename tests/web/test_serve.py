"""The command `serve`."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from cli.main import run
from tests.databases import copied_url
from tests.web.serving import Served, serving


@pytest.fixture
def config(tmp_path: Path, empty_archive: str) -> Path:
    archive = copied_url(empty_archive, tmp_path)
    file = tmp_path / "nieuwswacht.toml"
    file.write_text(
        f'[storage]\nurl = "{archive}"\n[mail]\nfolder = "mails"\n[web]\nbase_url = "https://wacht.example.org"\n'
    )
    return file


@pytest.fixture
def served(config: Path) -> Iterator[Served]:
    with serving(config) as running:
        yield running


def operator_link(config: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["--config", str(config), "serve", "--operator-link"]) == 0
    return capsys.readouterr().out.strip()


def test_the_pages_are_served_until_a_signal(served: Served) -> None:
    address, process = served
    assert "Overzicht van wijzigingen" in httpx2.get(f"{address}/").text
    assert httpx2.get(f"{address}/status.json").json()["found"]["articles"] == 0
    assert httpx2.get(f"{address}/", headers={"Host": "evil.example"}).status_code == 400
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode in (143, -signal.SIGTERM)
    assert f"The pages are at {address}/, known as https://wacht.example.org/, until Ctrl-C." in said
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_a_sentence_and_exit_1(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(["--config", str(config), "serve", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1, port {port}" in said
    assert "--port" in said
    assert "The pages are at" not in said


def test_no_key_of_a_page_is_ever_logged(served: Served) -> None:
    address, process = served
    httpx2.post(f"{address}/afmelden/geheim-token", data={"List-Unsubscribe": "One-Click"})
    httpx2.get(f"{address}/voorkeuren/geheim-token")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "geheim-token" not in said


def test_a_confirmation_leaves_at_once(served: Served, config: Path) -> None:
    address, _ = served
    form = httpx2.get(f"{address}/aanmelden")
    cookie = {"Cookie": form.headers["set-cookie"].partition(";")[0]}
    token = form.text.partition('name="form_token" value="')[2].partition('"')[0]
    fields = {"address": "lezer@example.org", "watch": "ai-coalitie", "rhythm": "daily", "form_token": token}
    assert httpx2.post(f"{address}/aanmelden", data=fields, headers=cookie).status_code == 200
    folder = config.parent / "mails"
    for _ in range(100):
        if mails := list(folder.rglob("*.eml")):
            break
        time.sleep(0.1)
    assert b"https://wacht.example.org/aanmelden/" in mails[0].read_bytes().replace(b"=\r\n", b"").replace(b"=\n", b"")


def test_the_operators_link_is_printed_and_ends_with_a_new_key(
    served: Served, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, _ = served
    link = operator_link(config, capsys)
    assert link.startswith("https://wacht.example.org/beheer/")
    path = link.removeprefix("https://wacht.example.org")
    assert httpx2.get(address + path).status_code == 200
    assert run(["--config", str(config), "serve", "--new-key"]) == 0
    assert httpx2.get(address + path).status_code == 404
