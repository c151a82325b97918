"""`extract` and `diff` on files, and `watch test`: anyone can try a page or a pair of texts."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Archive, Run

OLD = "Het kabinet trekt 204,5 miljoen uit.\n\nDe regeling gaat in januari in.\n\nOnveranderd blijft de looptijd.\n"
NEW = "Het kabinet trekt 210 miljoen uit.\n\nOnveranderd blijft de looptijd.\n"


def _write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return name


def test_two_plain_texts_are_compared_block_by_block(archive: Archive, run: Run) -> None:
    names = _write(archive.folder, "old.txt", OLD), _write(archive.folder, "new.txt", NEW)
    diff = run("diff", *names, "--json").json
    assert sorted(change["op"] for change in diff["body"]) == ["changed", "removed"]
    assert set(diff) == {"fields", "body"}
    assert run("diff", names[0], names[0], "--json").json == {"fields": {}, "body": []}


def test_two_pages_are_compared_as_articles(archive: Archive, run: Run) -> None:
    page = "<!DOCTYPE html><html><body><a href='/'>Thuis</a><h1>{}</h1><article>{}</article></body></html>"
    text = (
        "<p>"
        + "De coalitie zet in op samenwerking tussen gemeenten en kennisinstellingen in het hele land. " * 4
        + "</p>"
    )
    names = (
        _write(archive.folder, "old.html", page.format("Eerste kop van het stuk", text)),
        _write(archive.folder, "new.html", page.format("Tweede kop van het stuk", text)),
    )
    diff = run("diff", *names, "--json").json
    assert diff["fields"] == {"title": ["Eerste kop van het stuk", "Tweede kop van het stuk"]}
    assert diff["body"] == []


def test_a_missing_file_is_named(run: Run) -> None:
    done = run("diff", "er-is-niets.txt", "evenmin.txt")
    assert (done.code, done.out) == (2, "")
    assert "er-is-niets.txt" in done.err


def test_extract_says_which_rule_found_each_field_and_what_is_missing(archive: Archive, run: Run, child: Run) -> None:
    url = archive.url("edited")
    read = child("extract", url, "--json").json
    stored = run("show", url, "--json").json
    for name in ("title", "authors", "theme", "type", "tags", "lead", "blocks", "text", "links"):
        assert read[name] == stored[name], name
    assert read["method"] == "profile"
    assert read["missing"] == []
    assert set(read["rules"]) >= {"title", "published", "authors", "theme"}


def test_extract_of_a_page_without_article_says_so(archive: Archive, run: Run) -> None:
    _write(archive.folder, "leeg.html", "<html><body><h1>Niets</h1></body></html>")
    done = run("extract", "leeg.html", "--json")
    assert (done.code, done.out) == (1, "")
    assert "leeg.html" in done.err


def test_a_page_is_saved_as_a_test_once(archive: Archive, child: Run) -> None:
    saved = child("extract", archive.url("edited"), "--save-as", "een-geval")
    assert saved.code == 0
    assert (archive.folder / "tests/sites/replica/een-geval/page.html").stat().st_size > 1000
    assert (archive.folder / "tests/sites/replica/een-geval/expected.json").exists()
    assert child("extract", archive.url("edited"), "--save-as", "een-geval").code == 2
    assert child("extract", archive.url("edited"), "--save-as", "../weg").code == 2


def test_watch_test_says_which_term_stands_where(archive: Archive, run: Run) -> None:
    text = _write(archive.folder, "stuk.txt", "AIC4NL opent vestiging\n\nEen eerste alinea over iets.\n\nEn nog een.")
    (verdict,) = run("watch", "test", text, "--json").json
    assert verdict["watch"] == "ai-coalitie"
    assert verdict["matches"] is True
    assert {(reason["term"], reason["where"]) for reason in verdict["because"]} == {("AIC4NL", "title")}
    (other,) = run("watch", "test", "De coalitiepartijen tekenen het coalitieakkoord.", "--json").json
    assert (other["matches"], other["because"], other["ruled_out"]) == (False, [], [])


def test_watch_test_says_what_did_not_count_and_why(run: Run) -> None:
    text = "De Duitse AI-coalitie kiest een voorzitter."
    (verdict,) = run("watch", "test", text, "--json").json
    (reason,) = verdict["ruled_out"]
    assert (verdict["matches"], reason["term"], reason["where"]) == (False, "AI-coalitie", "body")
    assert "stands in it" in reason["why"]
    assert f"not counted: “AI-coalitie” in body: {reason['why']}" in run("watch", "test", text).out
