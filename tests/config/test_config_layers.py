from pathlib import Path

import pytest
from pydantic import BaseModel

from cli.config import load


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_without_any_file_everything_lives_in_the_data_directory(alone: Path) -> None:
    config = load(None, {})
    data = alone.parent / "home/.local/share/nieuwswacht"
    assert config.storage.url == f"sqlite:///{data}/nieuwswacht.db"
    assert config.mail.folder == data / "outbox"
    assert (config.file, config.crawl.seeds, config.watch) == (None, (), ())
    assert {config.origin(key) for key in ("timezone", "storage.url", "mail.port")} == {"default"}


def test_the_nearest_file_counts_alone(alone: Path) -> None:
    users = write(alone.parent / "home/.config/nieuwswacht/nieuwswacht.toml", "language = 'en'\n[mail]\nport = 1")
    assert load(None, {}).file == users
    here = write(alone / "nieuwswacht.toml", "[mail]\nport = 2")
    assert (load(None, {}).mail.port, load(None, {}).language) == (2, "nl")
    variable = {"NIEUWSWACHT_CONFIG": str(write(alone / "a/v.toml", "[mail]\nport = 3"))}
    assert load(None, variable).mail.port == 3
    named = write(alone / "b/c.toml", "[mail]\nport = 4")
    assert load(str(named), variable).mail.port == 4
    assert load(None, {"NIEUWSWACHT_CONFIG": ""}).file == here


def test_the_environment_goes_before_the_file_in_the_type_of_each_key(alone: Path) -> None:
    file = write(alone / "nieuwswacht.toml", "[mail]\nport = 2\nusername = 'x'")
    config = load(None, {
        "NIEUWSWACHT_LANGUAGE": "en",
        "NIEUWSWACHT_MAIL__PORT": "25",
        "NIEUWSWACHT_CRAWL__DELAY": "0.25",
        "NIEUWSWACHT_CRAWL__ALLOW_PRIVATE_HOSTS": "yes",
        "NIEUWSWACHT_SCHEDULE__CRAWL": "every 30 seconds",
        "OTHER_MAIL__PORT": "9",
    })  # fmt: skip
    assert (config.language, config.mail.port, config.crawl.delay) == ("en", 25, 0.25)
    assert config.crawl.allow_private_hosts is True
    assert str(config.schedule.crawl) == "every 30 seconds"
    assert config.origin("mail.port") == "$NIEUWSWACHT_MAIL__PORT"
    assert config.origin("mail.username") == str(file)
    with pytest.raises(KeyError):
        config.origin("mail.prot")


@pytest.mark.parametrize("text", ['["a.toml", "/srv/b.toml"]', "a.toml, /srv/b.toml"])
def test_a_list_is_json_or_comma_separated(alone: Path, text: str) -> None:
    assert load(None, {"NIEUWSWACHT_CRAWL__SEEDS": text}).crawl.seeds == (alone / "a.toml", Path("/srv/b.toml"))


def test_what_containers_set_by_themselves_is_no_key() -> None:
    load(None, {
        "NIEUWSWACHT_PORT": "tcp://10.0.0.1:8000",
        "NIEUWSWACHT_PORT_8000_TCP_ADDR": "10.0.0.1",
        "NIEUWSWACHT_SERVICE_HOST": "10.0.0.1",
        "NIEUWSWACHT_SERVICE_PORT": "8000",
    })  # fmt: skip


def test_a_relative_path_starts_at_the_file_that_holds_it(alone: Path) -> None:
    folder = alone / "etc"
    text = "[storage]\nurl = 'sqlite:///data/a.db?timeout=9'\n[crawl]\nseeds = ['../s.toml']\n[mail]\nfolder = 'uit'"
    config = load(str(write(folder / "c.toml", text)), {})
    assert config.storage.url == f"sqlite:///{folder}/data/a.db?timeout=9"
    assert config.crawl.seeds == (alone / "s.toml",)
    assert config.mail.folder == folder / "uit"


def test_a_relative_path_in_the_environment_starts_here(alone: Path) -> None:
    file = write(alone / "etc/c.toml", "[mail]\nfolder = 'uit'")
    config = load(str(file), {"NIEUWSWACHT_MAIL__FOLDER": "hier", "NIEUWSWACHT_STORAGE__URL": "sqlite:///a.db"})
    assert (config.mail.folder, config.storage.url) == (alone / "hier", f"sqlite:///{alone}/a.db")


def test_an_absolute_path_and_a_server_stay_as_they_are(alone: Path) -> None:
    url = "NIEUWSWACHT_STORAGE__URL"
    assert load(None, {url: "sqlite:////srv/a.db"}).storage.url == "sqlite:////srv/a.db"
    assert load(None, {"NIEUWSWACHT_MAIL__FOLDER": "~/uit"}).mail.folder == alone.parent / "home/uit"
    assert load(None, {url: "postgresql+psycopg://u:p[w@h/d?sslmode=require"}).storage.url.endswith(
        "p[w@h/d?sslmode=require"
    )
    assert load(None, {url: "postgresql://u@h/d"}).storage.url == "postgresql+psycopg://u@h/d"


def test_a_secret_file_is_read_without_its_last_line_end(alone: Path) -> None:
    secret = write(alone / "secret", "ge heim \n")
    secret.chmod(0o600)
    config = load(None, {"NIEUWSWACHT_MAIL__PASSWORD_FILE": "secret"})
    assert (config.mail.password, config.warnings) == ("ge heim ", ())
    assert config.origin("mail.password") == "$NIEUWSWACHT_MAIL__PASSWORD_FILE"


def test_r84_a_secret_others_can_read_is_warned_of(alone: Path) -> None:
    secret = write(alone / "secret", "geheim")
    secret.chmod(0o644)
    (warning,) = load(None, {"NIEUWSWACHT_MAIL__PASSWORD_FILE": "secret"}).warnings
    assert (warning.key, warning.file) == ("mail.password", secret)
    assert "geheim" not in warning.message
    file = write(alone / "nieuwswacht.toml", "[storage]\nurl = 'postgresql://u:geheim@h/d'\n[mail]\npassword = 'x'")
    file.chmod(0o640)
    assert [warning.file for warning in load(None, {}).warnings] == [file]


def test_a_file_without_secrets_may_be_read_by_all(alone: Path) -> None:
    file = write(alone / "nieuwswacht.toml", "[storage]\nurl = 'postgresql://u@h/d'\n[mail]\npassword = ''")
    file.chmod(0o644)
    assert load(None, {}).warnings == ()


def test_no_repr_shows_a_secret() -> None:
    config = load(None, {
        "NIEUWSWACHT_MAIL__PASSWORD": "geheim",
        "NIEUWSWACHT_STORAGE__URL": "postgresql://u:geheim@h/d",
        "NIEUWSWACHT_OPERATOR__PING_URL": "https://ping.example.org/geheim",
    })  # fmt: skip
    shown: list[BaseModel] = [config, config.mail, config.storage, config.operator]
    assert "geheim" not in "".join(f"{part!r} {part}" for part in shown)
    assert config.mail.password == "geheim"


def test_watches_are_kept_as_written(alone: Path) -> None:
    write(alone / "nieuwswacht.toml", "[[watch]]\nname = 'ai-coalitie'\n")
    assert load(None, {}).watch == ({"name": "ai-coalitie"},)
