"""Whole mails, compared with what a person has looked at. `pytest tests/render --update-goldens` writes them anew."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from alerts.render import render

from .articles import NOW
from .cases import CASES

GOLDEN = Path(__file__).parent / "golden"


def parts(case: str) -> dict[str, str]:
    """The mail as three files: its headers decoded, its text, its HTML."""
    data = render(
        CASES[case](),
        "Nieuwswacht <nieuwswacht@wacht.example.org>",
        "minister@example.org",
        "<7.42@wacht.example.org>",
        NOW,
    )
    message = message_from_bytes(data, policy=SMTP)
    text, html = message.iter_parts()
    headers = "".join(f"{name}: {value}\n" for name, value in message.items())
    return {
        ".headers": headers,
        ".txt": text.get_content().replace("\r\n", "\n"),
        ".html": html.get_content().replace("\r\n", "\n"),
    }


@pytest.mark.parametrize("case", CASES)
def test_the_mail_is_the_one_a_person_approved(case: str, request: pytest.FixtureRequest) -> None:
    for suffix, content in parts(case).items():
        path = GOLDEN / f"{case}{suffix}"
        if request.config.getoption("--update-goldens"):
            path.write_text(content, encoding="utf-8")
        assert content == path.read_text(encoding="utf-8"), f"{path.name} differs; look, then --update-goldens"


def test_every_golden_file_belongs_to_a_case() -> None:
    expected = {f"{case}{suffix}" for case in CASES for suffix in (".headers", ".txt", ".html")}
    assert {path.name for path in GOLDEN.iterdir()} == expected
