"""What a person reads when the configuration cannot be used: always one sentence, always the same way."""

from pathlib import Path

import pytest

from cli.config import ConfigError, load

SECTIONS = "timezone, language, storage, crawl, schedule, mail, operator, web, watch"
MAIL = "channel, folder, host, port, security, username, password, sender"
CRON = 'a cron line such as "*/30 * * * *" or an interval such as "every 10 minutes"'
SENDER = 'one e-mail address, with or without a name, such as "Nieuwswacht <nieuwswacht@example.org>"'
STORAGE = '"sqlite:///file.db" or "postgresql+psycopg://user@host/database"'
WEEKLY = 'a weekday (mon, tue, wed, thu, fri, sat or sun) and a time, such as "mon 07:30"'
BASE_URL = 'an http(s) URL such as "https://wacht.example.org", without user name, query or fragment'
CONTACT = "an e-mail address or an http(s) URL where the crawler's owner can be reached"
CLOCKS = "must not lie between 02:00 and 03:00, which the clock change skips in spring and repeats in autumn."
LEVELS = "where *, numbers from 0 to 59, ranges and steps are allowed."

IN_A_FILE = [
    ("timezon = 'UTC'", f": there is no key or section 'timezon', only {SECTIONS}; did you mean 'timezone'?"),
    ("[mial]", f": there is no key or section 'mial', only {SECTIONS}; did you mean 'mail'?"),
    ("[mail]\nprot = 25", f": [mail] has no key 'prot', only {MAIL}; did you mean 'port'?"),
    ("[mail]\nzzz = 25", f": [mail] has no key 'zzz', only {MAIL}."),
    ("[mail]\nport = 65536", ": [mail] port must be a whole number from 0 to 65535, not 65536."),
    ("[mail]\nport = -1", ": [mail] port must be a whole number from 0 to 65535, not -1."),
    ("[mail]\nport = '25'", ': [mail] port must be a whole number from 0 to 65535, not "25".'),
    ("[mail]\nport = true", ": [mail] port must be a whole number from 0 to 65535, not true."),
    ("[mail]\nchannel = 'smpt'", ': [mail] channel must be "folder" or "smtp", not "smpt"; did you mean \'smtp\'?'),
    ("[mail]\nsecurity = 'ssl'", ': [mail] security must be "starttls", "tls" or "none", not "ssl".'),
    ("[mail]\nchannel = 'smtp'", ': [mail] host must name the mail server while channel is "smtp".'),
    (
        "[mail]\nhost = 'smtp.example.org:25'",
        ": [mail] host must be the name or address of a mail server, without scheme or port,"
        ' not "smtp.example.org:25".',
    ),
    ("[mail]\nsender = 'Redactie'", f': [mail] sender must be {SENDER}, not "Redactie".'),
    ("[mail]\nsender = 'a@b.nl, c@d.nl'", f': [mail] sender must be {SENDER}, not "a@b.nl, c@d.nl".'),
    ('[mail]\nsender = "a@b.nl\\nBcc: c@d.nl"', f': [mail] sender must be {SENDER}, not "a@b.nl\\nBcc: c@d.nl".'),
    ("[mail]\nfolder = ''", ": [mail] folder must be a path."),
    ("mail = 3", ": mail must be a table, written as [mail]."),
    ("[[mail]]\nport = 25", ": mail must be a table, written as [mail]."),
    ("[crawl]\ndelay = -0.1", ": [crawl] delay must be a number of seconds from 0 to 3,600, not -0.1."),
    ("[crawl]\ndelay = inf", ": [crawl] delay must be a number of seconds from 0 to 3,600, not Infinity."),
    ("[crawl]\nconcurrency = 0", ": [crawl] concurrency must be a whole number from 1 to 100, not 0."),
    ("[crawl]\nconcurrency = 1.5", ": [crawl] concurrency must be a whole number from 1 to 100, not 1.5."),
    ("[crawl]\nallow_private_hosts = 1", ": [crawl] allow_private_hosts must be true or false, not 1."),
    ("[crawl]\nseeds = 'a.toml'", ': [crawl] seeds must be a list of paths of source files, not "a.toml".'),
    ("[crawl]\ncontact = 'ons'", f': [crawl] contact must be {CONTACT}, not "ons".'),
    ("timezone = 'Europe/Amstedam'", ZONE := ': timezone must be a time zone such as "Europe/Amsterdam"; did you mean'
     " 'Europe/Amsterdam'?"),
    ("timezone = 'Europe/amsterdam'", ZONE),
    ("timezone = '/etc/passwd'", ': timezone must be a time zone such as "Europe/Amsterdam", not "/etc/passwd".'),
    ("language = 'fr'", ': language must be "nl" or "en", not "fr".'),
    ("[schedule]\ncrawl = 5", f": [schedule] crawl must be {CRON}, not 5."),
    ("[schedule]\ncrawl = 'often'", f': [schedule] crawl must be {CRON}, not "often".'),
    ("[schedule]\ncrawl = '60 * * * *'", f': [schedule] crawl has "60" as its minute, {LEVELS}'),
    ("[schedule]\ncrawl = '*/90 * * * *'", f': [schedule] crawl has "*/90" as its minute, {LEVELS}'),
    ("[schedule]\ncrawl = '0 0 31 feb *'", ": [schedule] crawl must name a day that exists in one of its months."),
    ("[schedule]\ncrawl = 'every 0 minutes'", ": [schedule] crawl must be an interval from 1 second to 31 days,"
     ' not "every 0 minutes".'),
    ("[schedule]\ndaily = '7.30'", ': [schedule] daily must be a time of day such as "07:30", not "7.30".'),
    ("[schedule]\ndaily = '02:00'", f": [schedule] daily {CLOCKS}"),
    ("[schedule]\nweekly = 'sun 02:59'", f": [schedule] weekly {CLOCKS}"),
    ("[schedule]\nweekly = '07:30'", f': [schedule] weekly must be {WEEKLY}, not "07:30".'),
    ("[storage]\nurl = 'mysql://host/db'", f": [storage] url must be {STORAGE}."),
    ("[storage]\nurl = 'sqlite://'", f": [storage] url must be {STORAGE}."),
    ("[operator]\nemail = 'ons'", ': [operator] email must be one e-mail address, such as "beheer@example.org",'
     ' not "ons".'),
    ("[operator]\nping_url = 'ping'", ": [operator] ping_url must be an http(s) URL."),
    ("[web]\nbase_url = 'ftp://example.org'", f': [web] base_url must be {BASE_URL}, not "ftp://example.org".'),
    ("[web]\nbase_url = 'https://example.org/?a=1'", f": [web] base_url must be {BASE_URL},"
     ' not "https://example.org/?a=1".'),
    ("[watch]\nname = 'x'", ": watch must be a list of tables, each written as [[watch]]."),
    ("a = ", " is not valid TOML: invalid value (at end of document)."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), IN_A_FILE)
def test_a_mistake_in_a_file_is_told_in_one_sentence(alone: Path, text: str, sentence: str) -> None:
    file = alone / "wacht.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(str(file), {})
    assert str(caught.value) == f"{file}{sentence}"


IN_THE_ENVIRONMENT = [
    ("MAIL__PORT", "x", ' must be a whole number from 0 to 65535, not "x".'),
    ("MAIL__PROT", "25", " sets no known key; did you mean 'NIEUWSWACHT_MAIL__PORT'?"),
    ("MAIL", "25", " sets no known key."),
    ("MAIL__PASWORD_FILE", "/x", " sets no known key; did you mean 'NIEUWSWACHT_MAIL__PASSWORD'?"),
    ("CRAWL__ALLOW_PRIVATE_HOSTS", "perhaps", ' must be true or false, not "perhaps".'),
    ("CRAWL__SEEDS", "[1", ' must be a list of paths of source files, not "[1".'),
    ("SCHEDULE__DAILY", "02:30", f" {CLOCKS}"),
    ("MAIL__PASSWORD_FILE", "/no/such/file",
     " names a file that cannot be read, /no/such/file: no such file or directory."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "sentence"), IN_THE_ENVIRONMENT)
def test_a_mistake_in_the_environment_names_the_variable(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {f"NIEUWSWACHT_{name}": value})
    assert str(caught.value) == f"$NIEUWSWACHT_{name}{sentence}"


def test_a_variable_and_its_file_together_are_refused(alone: Path) -> None:
    (alone / "secret").write_text("geheim")
    both = {"NIEUWSWACHT_MAIL__PASSWORD": "a", "NIEUWSWACHT_MAIL__PASSWORD_FILE": "secret"}
    with pytest.raises(ConfigError, match=r"NIEUWSWACHT_MAIL__PASSWORD and .*_FILE set the same key; only one"):
        load(None, both)


@pytest.mark.parametrize("named", ["argument", "variable"])
def test_a_named_file_that_is_missing_is_an_error(alone: Path, named: str) -> None:
    missing = str(alone / "weg.toml")
    with pytest.raises(ConfigError) as caught:
        load(missing, {}) if named == "argument" else load(None, {"NIEUWSWACHT_CONFIG": missing})
    assert str(caught.value) == f"{missing} cannot be read: no such file or directory."


def test_a_file_that_is_not_text_is_an_error(alone: Path) -> None:
    (alone / "nieuwswacht.toml").write_bytes(b"language = '\xff'")
    with pytest.raises(ConfigError, match=r"nieuwswacht\.toml is not valid TOML: it must be UTF-8 text\.$"):
        load(None, {})


def test_a_bad_watch_names_the_file_and_the_key(alone: Path) -> None:
    file = alone / "nieuwswacht.toml"
    file.write_text("[[watch]]\nname = 'water'\n")
    with pytest.raises(ConfigError) as caught:
        load(None, {})
    assert str(caught.value).startswith(f"{file}: watch[0].any ")


SECRETS = [
    "[mail]\npassword = 'geheim'\nport = 'x'",
    "[mail]\npassword = ['geheim']",
    "[storage]\nurl = 'postgres://wacht:geheim@db/wacht'",
    "[operator]\nping_url = 'geheim'",
    "[web]\nbase_url = 'https://wacht:geheim@example.org'",
    "[mail]\npassword = geheim",
    "[mail]\npassword = 'geheim'\npassword = 'geheim'",
]


@pytest.mark.parametrize("text", SECRETS)
def test_no_error_shows_a_secret(alone: Path, text: str) -> None:
    (alone / "nieuwswacht.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(None, {})
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
