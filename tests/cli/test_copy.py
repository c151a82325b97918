"""`copy`: whatever was asked of the archive is answered the same by its copy."""

from __future__ import annotations

from typing import Any

from storage.database import open_database
from storage.locks import held
from tests.cli.conftest import CONFIG, Archive, Run
from tests.databases import contents, execute, fresh_url


def answers(archive: Archive, run: Run) -> dict[str, Any]:
    """What every reading command says of the archive: as JSON, or as it stands where there is no JSON."""
    articles = run("articles", "--json").json
    urls = [article["url"] for article in articles]
    commands: list[tuple[str, ...]] = [
        *(("articles",), ("changes",), ("subscriptions",), ("status",), ("outbox",), ("quarantine",), ("watches",)),
        *(("articles", "--state", "live"), ("articles", "--state", "gone"), ("articles", "--watch", "ai-coalitie")),
        *(("changes", "--since", "1h"), ("changes", "--since", "2100-01-01"), ("changes", "--watch", "ai-coalitie")),
        *((word, url) for word in ("show", "history") for url in urls),
        ("show", archive.url("edited"), "--version", "1"),
        *(("diff", article["url"]) for article in articles if article["versions"] > 1),
        ("digest", "--dry-run"),
    ]
    said = {" ".join(words): run(*words, "--json").json for words in commands}
    readers = ("lezer@example.org", "ander@example.org")
    without_json = [("why", what) for what in (*(edit.url for edit in archive.edits), *readers)] + [
        ("subscriptions", "export", one) for one in readers
    ]
    for command in without_json:
        done = run(*command)
        assert done.code == 0
        said[" ".join(command)] = done.out
    for words in ("AI-coalitie", "204,5 miljoen", "leergemeenschap*", "europa"):
        hits = run("search", words, "--json").json
        # In which order, and what is shown around a word, is the database's own.
        said[f"search {words}"] = sorted((hit["url"], hit["version"]) for hit in hits)
    return said


def use(archive: Archive, url: str) -> None:
    (archive.folder / "nieuwswacht.toml").write_text(CONFIG.format(url=url))


def test_every_command_answers_the_same_of_a_copy_and_of_a_copy_back(archive: Archive, run: Run) -> None:
    run("unsubscribe", "lezer@example.org")
    run("subscribe", "ander@example.org")
    before = answers(archive, run)
    assert before["search AI-coalitie"]
    there, back = f"sqlite:///{archive.folder}/there.db", fresh_url(archive.folder, "back")
    for url in (there, back):
        done = run("copy", "--to", url, "--json")
        assert (done.code, done.err) == (0, "")
        assert done.json["rows"]["versions"] > 10
        use(archive, url)
        after = answers(archive, run)
        changed = {question for question in before if before[question] != after[question]}
        assert not changed
    assert contents(back) == contents(archive.database)


def test_crawls_and_digests_go_on_in_the_copy(archive: Archive, run: Run, child: Run) -> None:
    url = f"sqlite:///{archive.folder}/there.db"
    assert run("copy", "--to", url).code == 0
    use(archive, url)
    crawled = child("crawl", "--json")
    assert (crawled.code, crawled.json["crawl_id"]) == (0, 3)
    assert not any(crawled.json[change] for change in ("new", "edited", "moved", "gone"))
    assert [one["entries"] for one in run("digest", "--json").json["digests"]] == [len(archive.edits)]
    assert run("digest", "--force", "--json").json == {"digests": []}


def test_what_was_backed_up_into_a_file_fills_an_empty_archive_that_sends_nothing_yet(
    archive: Archive, run: Run
) -> None:
    assert run("backup", "copy.db").code == 0
    assert contents(f"sqlite:///{archive.folder}/copy.db") == contents(archive.database)
    url = fresh_url(archive.folder, "restored")
    use(archive, url)
    assert run("restore", "copy.db").code == 0
    restored = contents(url)
    restored["settings"].remove(("sending_paused", "restored"))
    assert restored == contents(archive.database)


def test_nothing_is_copied_while_something_is_at_work(archive: Archive, run: Run) -> None:
    database = open_database(archive.database)
    for job in ("run", "digest"):
        with held(database, job):
            assert run("copy", "--to", f"sqlite:///{archive.folder}/there.db").code == 7
    database.close()


def test_a_copy_goes_to_an_empty_archive_that_this_version_knows(archive: Archive, run: Run) -> None:
    there = f"sqlite:///{archive.folder}/there.db"
    assert run("copy", "--to", there).code == 0
    before = contents(there)
    again = run("copy", "--to", there)
    assert again.code == 8
    assert "not empty" in again.err
    assert contents(there) == before
    execute(there, "UPDATE alembic_version SET version_num = '9999'")
    newer = run("copy", "--to", there)
    assert newer.code == 8
    assert "newer" in newer.err
    assert run("copy", "--to", archive.database).code == 2
    assert run("copy", "--to", "mysql://wacht@127.0.0.1/archief").code == 2
