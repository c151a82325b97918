"""What a news site changes in every response although nobody edited anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

# Marks a place in a rendered page that is filled anew for every response; never part of a text.
MARK = "\x01"
CARDS_SHOWN = 3


def slot(name: str, argument: str = "") -> str:
    return f"{MARK}{name}|{argument}{MARK}"


def fill(parts: Sequence[str], cards: Sequence[str], random: Random | None) -> str:
    """A page split at MARK (text, slot, text, …) made whole; without `random` the quiet page, always the same."""
    done = list(parts)
    for at in range(1, len(done), 2):
        name, _, argument = done[at].partition("|")
        if name == "cards":
            shown = random.sample(cards, min(CARDS_SHOWN, len(cards))) if random else cards[:CARDS_SHOWN]
            done[at] = "".join(shown)
        elif name == "img":
            done[at] = _image(argument, random)
        else:
            done[at] = _NOISE[name](random) if random else _QUIET.get(name, "")
    return "".join(done)


def _token(random: Random) -> str:
    return f"{random.getrandbits(64):016x}"


def _image(source: str, random: Random | None) -> str:
    if random is None:
        return f'<img src="{source}" alt="">'
    size = random.choice((640, 768, 1024))
    if random.random() < 0.5:
        return f'<img src="{source}?w={size}&v={_token(random)[:6]}" alt="" loading="lazy">'
    return (
        f'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="{source}?w={size}" alt="">'
        f'<noscript><img src="{source}" alt=""></noscript>'
    )


def _ad(random: Random) -> str:
    unit = _token(random)
    return (
        f'<div id="div-gpt-ad-{unit[:8]}"><p>(advertentie)</p><a href="https://ads.example.org/klik?c={unit}">'
        f'<img src="https://ads.example.org/{unit[:6]}.png" alt="Congres {random.randint(1, 40)}"></a></div>'
    )


_CALLOUTS: tuple[Callable[[Random], str], ...] = (
    lambda _: "<p>(advertentie)</p>",
    lambda random: f'<div id="ad-{_token(random)}"><p>(advertentie)</p></div>',
    lambda _: "<p><em>Lees verder onder de advertentie</em></p>",
    _ad,
    lambda random: (
        '<div><h4>Blijf op de hoogte</h4><p>Meld u aan voor de <a href="/nieuwsbrief/">nieuwsbrief</a> en ontvang elke '
        f"{random.choice(('dinsdag', 'donderdag'))} het laatste nieuws.</p>"
        f'<form action="/nieuwsbrief/" method="post"><input name="csrf" type="hidden" value="{_token(random)}">'
        '<input name="email" placeholder="E-mailadres"><button>Aanmelden</button></form></div>'
    ),
    lambda _: '<p><a href="/nieuwsbrief/">Schrijf u in voor onze nieuwsbrief</a> en mis niets.</p>',
    lambda random: f"<aside><h4>Meest gelezen</h4><p>Nu {random.randint(3, 90)} lezers op deze pagina</p></aside>",
    lambda random: f'<script>window.adUnits=window.adUnits||[];adUnits.push("{_token(random)}")</script>',
    lambda random: f"<!-- fragment {_token(random)} -->",
)


def _between(random: Random) -> str:
    return random.choice(_CALLOUTS)(random) if random.random() < 0.35 else ""


def _cookie_bar(random: Random) -> str:
    if random.random() < 0.4:
        return ""
    return (
        f'<div role="dialog" data-token="{_token(random)}"><h2>Wij gebruiken cookies</h2><p>Om deze site goed te laten '
        "werken en u relevante advertenties te tonen, plaatsen wij en onze partners cookies. Kies zelf wat u toestaat."
        '</p><button>Alles accepteren</button><a href="/cookies/">Meer informatie</a></div>'
    )


_NOISE: Mapping[str, Callable[[Random], str]] = {
    "ad": lambda random: _ad(random) if random.random() < 0.8 else "",
    "between": _between,
    "cookies": _cookie_bar,
    "nonce": _token,
    "attribute": lambda random: f' data-v="{_token(random)[:8]}"' if random.random() < 0.5 else "",
    "minutes": lambda random: f"<span>Leestijd {random.randint(2, 9)} min</span>",
    "views": lambda random: f"<span>{random.randint(100, 9999)} keer gelezen</span>",
    "shares": lambda random: f"<span>{random.randint(0, 400)}</span>",
    "comments": lambda random: f"<p>{random.randint(0, 25)} reacties</p>" if random.random() < 0.5 else "",
    "stamp": lambda random: (
        f"<!-- {random.randint(1, 90)} queries, {random.random():.3f} s, cache {_token(random)} -->"
    ),
    "clock": lambda random: f"<span>Het is nu {random.randint(0, 23):02}.{random.randint(0, 59):02} uur</span>",
}
_QUIET = {"nonce": "0" * 16}
