"""Words that turn a sentence around, in Dutch and English."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBER_WORDS_TEXT = """
nul=0 één=1 eén=1
twee=2 drie=3 vier=4 vijf=5 zes=6 zeven=7 acht=8 negen=9 tien=10 elf=11 twaalf=12 dertien=13 veertien=14
vijftien=15 zestien=16 zeventien=17 achttien=18 negentien=19 twintig=20 dertig=30 veertig=40 vijftig=50 zestig=60
zeventig=70 tachtig=80 negentig=90 honderd=100 duizend=1000 miljoen=mln miljoenen=mln mln=mln miljard=mld miljarden=mld
mld=mld biljoen=bln tientallen=tientallen honderden=honderden duizenden=duizenden
zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13
fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60
seventy=70 eighty=80 ninety=90 hundred=100 thousand=1000 million=mln millions=mln billion=mld billions=mld trillion=bln
dozens=tientallen hundreds=honderden thousands=duizenden
eerste=1e tweede=2e derde=3e vierde=4e vijfde=5e zesde=6e zevende=7e achtste=8e negende=9e tiende=10e
first=1e second=2e third=3e fourth=4e fifth=5e sixth=6e seventh=7e eighth=8e ninth=9e tenth=10e
half=half halve=half helft=half kwart=kwart anderhalf=1,5 anderhalve=1,5
dubbel=dubbel dubbele=dubbel verdubbeld=dubbel verdubbeling=dubbel
beide=2 beiden=2 both=2 double=dubbel doubled=dubbel quarter=kwart
"""
# Number word → what it stands for, so that "twee" and "2" are the same number. "een" is an article, not a number.
_NUMBER_WORDS = dict(pair.split("=") for pair in _NUMBER_WORDS_TEXT.split())
# vijfentwintig, drieëntwintigste, tweehonderd, twenty-five: whatever is made of these parts, longest first.
_PARTS = "|".join(sorted({*_NUMBER_WORDS, "een"}, key=lambda word: (-len(word), word)))
_COMPOUND = re.compile(rf"(?:{_PARTS})(?:(?:en|ën|-)?(?:{_PARTS}))*(?:ste|de|th)?")
MONTHS = _words(
    """
    januari februari maart april mei juni juli augustus september oktober november december january february march
    may june july august october
    """
)
DATE_WORDS = MONTHS | _words(
    """
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag gisteren eergisteren vandaag morgen overmorgen monday
    tuesday wednesday thursday friday saturday sunday yesterday today tomorrow
    """
)
CURRENCY = _words("€ $ £ euro euro's eur dollar dollars pond")
PERCENT = _words("% ‰ procent procentpunt percent percentage")

NEGATIONS = _words(
    """
    niet geen nooit niets niks niemand nergens noch zonder nee evenmin nimmer geenszins tenzij behalve wel not no
    never nothing nobody none nowhere neither nor without unless except cannot can't won't don't doesn't didn't
    isn't aren't wasn't weren't shouldn't mustn't couldn't wouldn't hasn't haven't
    """
)
HEDGES = _words(
    """
    mogelijk mogelijke mogelijkerwijs waarschijnlijk waarschijnlijke vermoedelijk vermoedelijke wellicht misschien
    eventueel eventuele verwachting verwacht verwachte verluidt lijkt schijnt vrijwel bijna
    nagenoeg ongeveer circa minstens hoogstens maximaal minimaal mag
    mogen mocht mochten moet moeten moest moesten kan kunnen kon konden zou zouden zal zullen hoeft hoeven wil
    willen wilde wilden dient dienen verplicht verplichte verplichting vrijwillig vrijwillige verboden toegestaan
    altijd soms vaak zelden slechts alleen uitsluitend alle sommige enkele iedere possible possibly probable
    probably likely unlikely perhaps maybe allegedly reportedly almost nearly about may might must shall should can
    could would will need needs mandatory voluntary forbidden allowed always sometimes often rarely only all some
    every
    """
)
# Pairs that look like slips of the pen and are the opposite of one another.
DIRECTIONS = _words(
    """
    hoger lager hoge lage hoog laag meer minder meest minst groter kleiner toename afname stijging daling stijgt
    daalt stijgen dalen voor tegen door na over onder boven binnen buiten voorstander tegenstander winst verlies
    eens oneens with without for against up down more less higher lower before after over under gain loss rise fall
    """
)
# Parts of a surname in small letters.
PARTICLES = _words("der den ten ter von")
# Capitals that name nobody.
_KINDS = _words("ai ict it pdf url id ok tv")
# Swaps of grammatical gender: a slip, though no letter is shared.
_GENDER = (frozenset({"de", "het"}), frozenset({"die", "dat"}), frozenset({"deze", "dit"}), frozenset({"a", "an"}))
_OPPOSITE = re.compile(r"^(?:on|niet-?|non-?|un|in|im|dis|anti-?|ont|a)$")


def number(word: str) -> str:
    """What a word in small letters counts, in digits where it is that simple; empty when it counts nothing."""
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    return word if 5 < len(word) < 40 and _COMPOUND.fullmatch(word) else ""


def is_common_noun(key: str) -> bool:
    """AI, AI-systeem, ICT-project: in capitals, and yet no name."""
    return key.split("-")[0] in _KINDS


def is_gender_slip(old: str, new: str) -> bool:
    return frozenset({old, new}) in _GENDER


def are_opposites(old: str, new: str) -> bool:
    """veilig ↔ onveilig, afhankelijk ↔ onafhankelijk."""
    shorter, longer = sorted((old, new), key=len)
    return len(shorter) >= 4 and longer.endswith(shorter) and bool(_OPPOSITE.match(longer[: -len(shorter)]))
