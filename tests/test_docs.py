"""The documentation keeps up with the code: what it names exists, and what exists is named."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import pytest

from alerts.channels import __all__ as channel_names
from cli.config.model import Mail, known_keys
from cli.main import COMMANDS, cli
from crawler.seeds import _KEYS as SOURCE_KEYS
from docs.reference.make import pages as reference

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = {page.relative_to(ROOT).as_posix(): page.read_text("utf-8") for page in PAGES}
ALL = "\n".join(TEXT.values())
AS_SERVICE = "runuser -u nieuwswacht -- "
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and subcommand, as the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


def shown_commands() -> list[tuple[str, str]]:
    """(page, command line) of every `nieuwswacht …` that the pages show in a block of commands, without redirections."""
    shown = []
    for page, text in TEXT.items():
        for kind, block in FENCED.findall(text):
            if kind in ("console", "sh"):
                lines = [
                    line.removeprefix("$ ").removeprefix(AS_SERVICE).removeprefix(".venv/bin/")
                    for line in block.splitlines()
                ]
                parts = [part for line in lines for part in re.split(r" && | \|\| | > ", line)]
                shown += [(page, part) for part in parts if part.startswith("nieuwswacht ")]
    return shown


@pytest.mark.parametrize("name", reference())
def test_the_reference_is_what_the_code_says(name: str) -> None:
    committed = (ROOT / "docs" / "reference" / name).read_text("utf-8")
    assert committed == reference()[name], "run `make docs`"


@pytest.mark.parametrize("words", list(commands(cli)), ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word) or pytest.fail(f"there is no {word}")
    text = command.get_help(click.Context(command, info_name=f"nieuwswacht {' '.join(words)}"))
    assert re.search(rf"Example: (?s:.*)\bnieuwswacht\s+{words[0]}\b", text), text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_documentation(name: str) -> None:
    assert re.search(rf"nieuwswacht {name}\b|`{name}\b", ALL)


def test_the_readme_lists_every_command() -> None:
    overview = TEXT["README.md"].split("\n## Commands\n")[1].split("\n## ")[0]
    assert [name for name in COMMANDS if not re.search(rf"`{name}\b", overview)] == []


def test_every_command_that_the_documentation_names_exists() -> None:
    named = set(re.findall(r"`(?:\$ )?nieuwswacht ([a-z]+)", ALL)) | {line.split()[1] for _, line in shown_commands()}
    assert {name for name in named if name.isalpha()} - set(COMMANDS) == set()


@pytest.mark.parametrize(("page", "line"), shown_commands())
def test_a_shown_command_line_is_one_that_parses(page: str, line: str) -> None:
    arguments = shlex.split(line, comments=True)[1:]
    context, command = click.Context(cli), cli.get_command(click.Context(cli), arguments[0])
    assert command is not None, f"{page}: {line}"
    while isinstance(command, click.Group) and len(arguments) > 1 and arguments[1] in command.commands:
        command, arguments = command.commands[arguments[1]], arguments[1:]
    command.make_context(arguments[0], arguments[1:], parent=context)


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make (\w+)", ALL)) | set(re.findall(r"^(?:\$ )?make (\w+)", ALL, re.MULTILINE))
    assert named - targets == set()
    assert {"demo", "test"} <= named


@pytest.mark.parametrize("key", known_keys())
def test_every_key_of_the_configuration_says_what_it_is_for(key: str) -> None:
    """From there the file that `init` writes, `config show --meaning` and the reference have it."""
    assert known_keys()[key].means.text


@pytest.mark.parametrize("channel", get_args(Mail.model_fields["channel"].annotation))
def test_every_channel_is_documented(channel: str) -> None:
    assert f"`{channel}`" in TEXT["README.md"]
    assert f"{channel.capitalize()}Channel" in channel_names


@pytest.mark.parametrize("key", SOURCE_KEYS)
def test_every_key_of_a_source_file_is_documented(key: str) -> None:
    assert f"`{key}`" in TEXT["docs/how-to/add-a-site.md"]


@pytest.mark.parametrize("page", TEXT)
def test_every_link_within_the_repository_leads_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", FENCED.sub("", TEXT[page]))
    broken = [
        target for target in targets if "://" not in target and not (ROOT / page).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_every_decision_has_a_number_of_its_own_and_the_four_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Why", "What it costs"], page.name
