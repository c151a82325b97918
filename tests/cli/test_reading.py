"""The commands that read the archive print what INTERFACE promises."""

from __future__ import annotations

from cli.demo.truth import truth
from tests.cli.conftest import Archive, Run
from tests.databases import sqlite_only

ARTICLE_KEYS = {
    "url", "former_urls", "title", "state", "versions", "published", "authors", "theme", "type", "tags", "watches",
    "first_seen", "last_checked", "last_changed",
}  # fmt: skip


def test_articles_lists_each_article_with_every_promised_key(archive: Archive, run: Run) -> None:
    listed = run("articles", "--json").json
    assert {one["url"] for one in listed if one["state"] == "live"} == {one["url"] for one in truth(archive.replica)}
    assert all(one.keys() >= ARTICLE_KEYS for one in listed)
    assert [one["url"] for one in listed if one["state"] == "gone"] == [archive.url("gone")]


def test_articles_of_a_watch_are_those_about_the_coalition(archive: Archive, run: Run) -> None:
    listed = {one["url"] for one in run("articles", "--watch", "ai-coalitie", "--state", "live", "--json").json}
    assert listed == {one["url"] for one in truth(archive.replica) if one["coalition"]}


def test_show_gives_the_article_as_it_is_and_as_it_was(archive: Archive, run: Run) -> None:
    url = archive.url("edited")
    now, then = run("show", url, "--json").json, run("show", url, "--version", "1", "--json").json
    assert "210 miljoen" in now["text"]
    assert "204,5 miljoen" in then["text"]
    assert now.keys() >= ARTICLE_KEYS | {"lead", "blocks", "text", "links"}
    assert now["text"].split("\n") == [now["lead"], *(block["text"] for block in now["blocks"])]
    assert {block["kind"] for block in now["blocks"]} <= {"paragraph", "heading", "list_item", "quote"}


def test_show_for_people_holds_the_headline_and_the_text(archive: Archive, run: Run) -> None:
    shown = run("show", archive.url("edited"))
    assert "210 miljoen" in shown.out
    assert shown.code == 0


def test_every_spelling_of_an_address_finds_the_article(archive: Archive, run: Run) -> None:
    url = archive.url("edited")
    for spelling in (url.rstrip("/"), url + "?utm_source=mail", url + "#reacties", url.upper().replace("HTTP", "http")):
        assert run("show", spelling, "--json").json["url"] == url


def test_history_tells_each_version_and_what_it_changed(archive: Archive, run: Run) -> None:
    history = run("history", archive.url("edited"), "--json").json
    first, second = history["versions"]
    assert (first["number"], first["change"], second["number"], second["change"]) == (1, "new", 2, "edited")
    assert second["fields"] == ["body"]
    assert second["significance"] == "major"
    assert second["cause"] == "publisher"
    assert second["summary"] == "1 zin gewijzigd"
    assert all(moment.endswith("Z") for moment in second["seen_between"])


def test_diff_of_two_versions_rebuilds_both(archive: Archive, run: Run) -> None:
    url = archive.url("edited")
    diff = run("diff", url, "--json").json
    assert (diff["from"], diff["to"], diff["url"]) == (1, 2, url)
    (change,) = diff["body"]
    assert change["op"] == "changed"
    assert "".join(text for sign, text in change["words"] if sign != "+") == change["old"]
    assert "".join(text for sign, text in change["words"] if sign != "-") == change["new"]
    assert run("diff", url, "1", "2", "--json").json == diff


def test_diff_on_a_terminal_marks_old_and_new_with_characters(archive: Archive, run: Run) -> None:
    shown = run("diff", archive.url("edited")).out
    assert "[-204,5-]" in shown
    assert "{+210+}" in shown


def test_changes_are_those_that_were_made(archive: Archive, run: Run) -> None:
    changes = run("changes", "--json").json
    made = {(edit.url, edit.change) for edit in archive.edits}
    assert {(one["url"], one["change"]) for one in changes if one["told"]} == made
    for one in changes:
        assert one.keys() >= {
            "id", "url", "title", "change", "significance", "fields", "detected", "watches",
        }  # fmt: skip
    assert [one["id"] for one in changes] == sorted(one["id"] for one in changes)


def test_changes_since_a_moment_leaves_out_what_was_before(archive: Archive, run: Run) -> None:
    assert run("changes", "--since", "1h", "--json").json
    assert run("changes", "--since", "2100-01-01", "--json").json == []
    assert run("changes", "--since", "gisteren").code == 2


def test_search_finds_present_and_former_words(archive: Archive, run: Run) -> None:
    present = run("search", "AI-coalitie", "--json").json
    assert present
    former = run("search", "204,5 miljoen", "--json").json
    assert [(hit["url"], hit["current"]) for hit in former] == [(archive.url("edited"), False)]
    assert run("search", "leergemeenschap*", "--json").json
    assert run("search", '"', "(", "*", "--json").json == []


def test_an_unknown_target_is_said_on_stderr_alone(run: Run) -> None:
    for arguments in (("show", "http://x.example/"), ("history", "nergens"), ("diff", "http://x.example/", "1", "2")):
        done = run(*arguments, "--json")
        assert (done.code, done.out) == (1, "")
        assert "nieuwswacht articles" in done.err


def test_a_version_that_does_not_exist_is_named(archive: Archive, run: Run) -> None:
    done = run("show", archive.url("edited"), "--version", "9")
    assert done.code == 1
    assert "versions 1 to 2" in done.err


@sqlite_only
def test_reading_needs_no_crawl_to_have_been(run: Run, archive: Archive) -> None:
    (archive.folder / "archive.db").unlink()
    for name in ("articles", "changes", "outbox", "subscriptions", "quarantine"):
        assert run(name, "--json").json == []


def test_r40_an_output_that_is_no_terminal_has_no_colour_and_no_control_characters(archive: Archive, run: Run) -> None:
    for arguments in (("articles",), ("diff", archive.url("edited")), ("history", archive.url("edited")), ("changes",)):
        out = run(*arguments).out
        assert not [char for char in out if ord(char) < 32 and char not in "\n\t"]
