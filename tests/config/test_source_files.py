from pathlib import Path

import pytest

import seeds
from crawler.seeds import Source, SourceError, load_source, load_sources, packaged_files

KEYS = "name, title, language, start_urls, max_pages, urls"
KINDS = "article, theme, type, tag, author, listing, ignore"
START = "start_urls = ['https://example.org/']\n"
MINIMAL = "name = 'proef'\n" + START

MISTAKES = [
    (START, ": name must be small letters, digits and hyphens, such as 'ibestuur', and is missing."),
    ("name = 'Mijn site'\n" + START,
     ": name must be small letters, digits and hyphens, such as 'ibestuur', not 'Mijn site'."),
    ("name = 'proef'", ": start_urls must be a list of at least one http(s) URL, and is missing."),
    ("name = 'proef'\nstart_urls = []", ": start_urls must be a list of at least one http(s) URL, not []."),
    ("name = 'proef'\nstart_urls = 'https://example.org'",
     ": start_urls must be a list of at least one http(s) URL, not 'https://example.org'."),
    ("name = 'proef'\nstart_urls = ['ftp://example.org']",
     ": start_urls must hold only http(s) URLs, not 'ftp://example.org'."),
    ("name = 'proef'\nstart_urls = ['/nieuws']", ": start_urls must hold only http(s) URLs, not '/nieuws'."),
    ("name = 'proef'\nstart_urls = [3]", ": start_urls must hold only http(s) URLs, not 3."),
    ("start_url = 'https://example.org'\n" + MINIMAL,
     f": there is no key 'start_url', only {KEYS}; did you mean 'start_urls'?"),
    ("max_pages = 0\n" + MINIMAL, ": max_pages must be a whole number from 1 to 10,000, not 0."),
    ("max_pages = true\n" + MINIMAL, ": max_pages must be a whole number from 1 to 10,000, not True."),
    ("title = ''\n" + MINIMAL, ": title must be text on one line, not ''."),
    ("language = 'Nederlands'\n" + MINIMAL, ": language must be a language code such as 'nl', not 'Nederlands'."),
    ("urls = 3\n" + MINIMAL, ": urls must be a table, written as [urls]."),
    (MINIMAL + "[urls]\nartikel = []", f": [urls] has no key 'artikel', only {KINDS}; did you mean 'article'?"),
    (MINIMAL + "[urls]\ntag = '/t/{slug}'",
     ": [urls] tag must be a list of path templates such as '/tags/{slug}'."),
    (MINIMAL + "[urls]\ntag = ['https://example.org/t/{slug}']",
     ": [urls] tag 'https://example.org/t/{slug}' must be a path without scheme and host, such as '/tags/{slug}'."),
    (MINIMAL + "[urls]\ntag = ['//example.org/t/{slug}']",
     ": [urls] tag '//example.org/t/{slug}' must be a path without scheme and host, such as '/tags/{slug}'."),
    (MINIMAL + "[urls]\ntag = ['t/{slug}']",
     ": [urls] tag 't/{slug}' must be a path that starts with \"/\", without query, such as '/tags/{slug}'."),
    (MINIMAL + "[urls]\ntag = ['/t/{slug']",
     ": [urls] tag '/t/{slug' must write each placeholder once, as {slug} or {slug:this|that},"
     " such as '/tags/{slug}'."),
    (MINIMAL + "[urls]\ntag = ['/{slug}/{slug}']",
     ": [urls] tag '/{slug}/{slug}' must write each placeholder once, as {slug} or {slug:this|that},"
     " such as '/tags/{slug}'."),
    ("name = ", " is not valid TOML: invalid value (at end of document)."),
]  # fmt: skip


def write(file: Path, text: str) -> Path:
    file.write_text(text)
    return file


@pytest.mark.parametrize(("text", "sentence"), MISTAKES)
def test_a_mistake_in_a_source_file_is_told_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = write(tmp_path / "proef.toml", text)
    with pytest.raises(SourceError) as caught:
        load_source(file)
    assert str(caught.value) == f"{file}{sentence}"


def test_a_missing_source_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"weg\.toml cannot be read: no such file or directory\.$"):
        load_sources([tmp_path / "weg.toml"])


def test_two_sources_cannot_share_a_name(tmp_path: Path) -> None:
    one, two = write(tmp_path / "een.toml", MINIMAL), write(tmp_path / "twee.toml", MINIMAL)
    with pytest.raises(SourceError) as caught:
        load_sources([one, two])
    assert str(caught.value) == f"{two}: name 'proef' is used by {one} already."


def test_a_name_and_a_start_are_enough(tmp_path: Path) -> None:
    source = load_source(write(tmp_path / "proef.toml", MINIMAL))
    assert (source.title, source.language, source.max_pages) == ("proef", "nl", 50)
    assert source.rules.match("article", "https://example.org/artikel/een-bericht/") == {"slug": "een-bericht"}
    assert source.rules.match("article", "https://example.org/water/dijken/een-bericht") is not None


def test_a_start_given_twice_is_visited_once(tmp_path: Path) -> None:
    text = (
        "name = 'proef'\nstart_urls = ['HTTPS://Example.org/a/', 'https://www.example.org/a', 'https://example.org/b']"
    )
    source = load_source(write(tmp_path / "proef.toml", text))
    assert source.start_urls == ("https://example.org/a/", "https://example.org/b")


def test_the_packaged_sources_are_watched_but_for_the_replica() -> None:
    assert [source.name for source in load_sources()] == ["ibestuur"]
    assert {path.stem for path in packaged_files()} | {"replica"} == {
        path.stem for path in package_folder().glob("*.toml")
    }


def test_ibestuur_starts_at_the_theme_of_both_eras_the_feed_and_the_seed_article() -> None:
    (ibestuur,) = load_sources()
    paths = [url.removeprefix("https://ibestuur.nl") for url in ibestuur.start_urls]
    assert {"/feeds/articles.rss", "/data-en-ai", "/thema/data-en-ai/"} <= set(paths)
    assert [kind for kind in paths if ibestuur.rules.match("article", kind)] == paths[-1:]


def test_the_replica_stays_on_this_machine() -> None:
    replica: Source = load_source(package_folder() / "replica.toml")
    assert replica.start_urls
    assert all(url.startswith("http://127.0.0.1:8000/") for url in replica.start_urls)


def package_folder() -> Path:
    return Path(seeds.__file__).parent
