"""What differs between two answers although nobody edited anything."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_CARDS = [
    ("Waterschap test drones boven de dijk", "drones-boven-de-dijk"),
    ("Ministerie stelt keuze voor cloud uit", "keuze-voor-cloud"),
    ("Kadaster opent gegevens over funderingen", "gegevens-funderingen"),
    ("Politie bewaart minder kentekens", "minder-kentekens"),
    ("Zorgkantoor kiest open bron", "zorgkantoor-open-bron"),
]

_BETWEEN: tuple[Callable[[Noise], str], ...] = (
    lambda n: "<p>(advertentie)</p>",
    lambda n: f'<div id="gpt-{n.token()}"><p>Advertentie</p><a href="https://ads.example/{n.token()}"><img src="/x.gif"></a></div>',
    lambda n: "<p><em>Lees verder onder de advertentie</em></p>",
    lambda n: '<p><a href="/nieuwsbrief/">Schrijf u in voor de nieuwsbrief</a></p>',
    lambda n: "<p>Schrijf je in voor onze nieuwsbrief en mis niets van het nieuws!</p>",
    lambda n: (
        f'<div class="box-{n.token()[:4]}"><h4>Elke ochtend het nieuws</h4><p>Ontvang dagelijks wat er speelt bij de overheid '
        f'in uw mailbox, zonder kosten.</p><form><input type="email"><input type="hidden" value="{n.token()}"></form></div>'
    ),
    lambda n: f"<aside><h4>Meest gelezen</h4><p>{n.random.randint(2, 900)} mensen lezen nu mee op deze pagina.</p></aside>",
    lambda n: f'<div class="k{n.token()[:5]}"><h4><a href="/artikel/{_CARDS[0][1]}/">{_CARDS[0][0]}</a></h4><p>Drie drones, één dijk.</p></div>',
    lambda n: f"<script>push('{n.token()}')</script><!-- {n.token()} -->",
    lambda n: f'<div hidden>Versie {n.token()}</div><p style="display: none">Alleen voor robots: {n.token()}</p>',
    lambda n: f"<p>{n.random.randint(1, 99)} reacties</p>",
    lambda n: '<iframe src="https://video.example/"></iframe>',
)  # fmt: skip


class Noise:
    """Seed 0 is a quiet page; any other draws its own."""

    def __init__(self, seed: int) -> None:
        self.random, self.loud = Random(seed), bool(seed)

    def token(self) -> str:
        return f"{self.random.getrandbits(48):012x}"

    def _maybe(self, markup: str, chance: float = 0.6) -> str:
        return markup if self.loud and self.random.random() < chance else ""

    def between(self) -> str:
        return self._maybe(self.random.choice(_BETWEEN)(self), 0.5)

    def ad(self) -> str:
        return self._maybe(
            f'<div id="ad-{self.token()}"><p>(advertentie)</p><a href="https://ads.example/{self.token()}"><img src="/a/{self.token()}.gif">Congres</a></div>'
        )

    def attribute(self) -> str:
        return self._maybe(f' data-k="{self.token()}"', 0.3)

    def image(self) -> str:
        lazy = f'<img src="data:image/gif;base64,AA" data-src="/foto.jpg?v={self.token()}" loading="lazy" alt="">'
        return self._maybe(lazy, 0.5) or '<img src="/foto.jpg" alt="">'

    def counters(self) -> str:
        numbers = self.random.randint(1, 20), self.random.randint(50, 9000)
        return self._maybe(
            f"<span>{numbers[0]} min leestijd</span><span>{numbers[1]} keer gelezen</span><span>2 uur geleden</span>"
        )

    def cookies(self) -> str:
        return self._maybe(
            f'<div id="c{self.token()[:3]}"><h2>Cookies op deze site</h2><p>Wij gebruiken cookies om de site te verbeteren en om '
            "advertenties te tonen die bij u passen. U kunt dat weigeren, maar dan werkt niet alles even goed.</p>"
            "<button>Akkoord</button></div>"
        )

    def reactions(self) -> str:
        said = [
            "Mooi initiatief, maar wie controleert het model eigenlijk als de leverancier ermee stopt?",
            "In onze gemeente schrijven we de brieven gewoon zelf en dat gaat al jaren goed, dank u.",
        ]
        shown = said[: self.random.randint(0, 2)] if self.loud else []
        return (
            "<ol>"
            + "".join(f"<li><div><p>{text}</p><a href='#antwoord'>Antwoord</a></div></li>" for text in shown)
            + "</ol>"
        )

    def nonce(self) -> str:
        return f'<input type="hidden" name="nonce" value="{self.token()}">'

    def cards(self, tag: str) -> str:
        shown = self.random.sample(_CARDS, 3) if self.loud else _CARDS[:3]
        inner = "".join(
            f'<div><p>Markt en Overheid | Nieuws</p><a href="/artikel/{slug}/?utm_source=kaart">{title}</a></div>'
            for title, slug in shown
        )
        return f"<{tag}><h4>Lees ook</h4>{inner}</{tag}>"

    def clock(self) -> str:
        return self._maybe(f"<span>Het is {self.random.randint(0, 23)}.{self.random.randint(10, 59)} uur</span>")

    def stamp(self) -> str:
        return f"<!-- {self.token()} -->" if self.loud else ""
