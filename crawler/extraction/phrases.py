"""Words by which a site speaks for itself inside an article: calls, counters, labels. Whole short blocks only."""

from __future__ import annotations

import re

from crawler.extraction.dates import without_dates

# A block longer than this is prose, whatever it starts with.
_SHORT = 220

_NOISE = re.compile(
    r"""^(?:
      \(?\s*(?:advertentie|advertisement|advertorial|gesponsord|sponsored)s?\s*\)?
    | (?:lees|scroll)\s+(?:verder|door)\s+(?:onder|na|voor|voorbij)\s+(?:de(?:ze)?|het)\s+(?:advertentie|video|foto|afbeelding|kader).*
    | (?:tekst|artikel|verhaal)\s+(?:gaat|loopt)\s+(?:verder|door)\s+(?:onder|na)\s+.{1,40}
    | (?:article|story)\s+continues\s+(?:below|after).*
    | .{0,60}\b(?:schrijf|meld|abonneer)\s+(?:u|je)\s+(?:\w+\s+){0,3}?(?:in|aan|op|voor)\b.{0,60}\b(?:nieuwsbrief|nieuwsmail|mailing)\b.*
    | .{0,60}\b(?:ontvang|krijg)\b.{0,80}\b(?:nieuwsbrief|nieuwsmail|in\s+(?:uw|je)\s+(?:inbox|mailbox))\b.*
    | .{0,40}\b(?:sign\s+up|subscribe)\b.{0,60}\bnewsletter\b.*
    | (?:de\s+|onze\s+)?nieuwsbrief\s*(?:ontvangen\s*\??)?
    | (?:deel|delen|share)(?:\s+(?:dit|deze|this)\s+(?:artikel|bericht|pagina|article|op|via))?(?:\s+(?:op|via|on)\s+.{1,40})?\s*:?
    | (?:volg\s+ons|follow\s+us)\b.{0,80}
    | (?:print|kopieer\s+link|link\s+gekopieerd|reageer|bewaar|opslaan|luister|terug\s+naar\s+boven|naar\s+boven)\s*!?
    | \(?\d[\d.]*\)?\s*(?:x\s+|keer\s+)?(?:reacties?|reactions?|comments?|weergaven|views?|gelezen|bekeken|keer\s+(?:gelezen|bekeken)|lezers|likes?|shares?|gedeeld|stemmen)
    | (?:reacties?|comments?|gelezen|bekeken|views?|weergaven)\s*:?\s*\(?\d[\d.]*\)?
    | (?:leestijd|reading\s+time)\s*:?\s*(?:ca\.?|circa|±)?\s*\d+\s*(?:min\.?|minuten|minuut|minutes?)
    | (?:ca\.?|circa|±|ongeveer)?\s*\d+\s*(?:min\.?|minuten|minuut|minutes?)\s*(?:leestijd|lezen|leeswerk|read)
    | (?:zojuist|net|\d+\s+(?:seconden?|minuten?|minuut|uur|uren|dagen?|weken?|week|maanden?|jaar)\s+geleden|(?:gisteren|vandaag)(?:\s+om\s+\d+[:.]\d+)?)
    | (?:wij|we|deze\s+(?:web)?site)\s+(?:gebruik(?:en|t)|maak(?:t|en)\s+gebruik\s+van)\s+cookies\b.*
    | (?:plaats|geef|schrijf)\s+(?:een|uw|je)\s+reactie.*
    | (?:u|je)\s+moet\s+(?:ingelogd|aangemeld)\s+zijn\b.*
    | (?:nog\s+)?geen\s+reacties
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_RELATED = re.compile(
    r"^(?:lees\s+(?:ook|verder|meer|hierover|eerder)|zie\s+ook|meer\s+lezen|meer\s+(?:over|weten)\b.{0,40}|eerder\s+(?:verschenen|schreven).{0,30}"
    r"|gerelateerde?(?:\s+\w+)?|verder\s+lezen|ook\s+interessant|read\s+(?:also|more)|related(?:\s+\w+)?)\s*[:.…»>]?\s*$",
    re.IGNORECASE,
)
_RELATED_START = re.compile(
    r"^(?:lees\s+ook|lees\s+verder|zie\s+ook|lees\s+meer|read\s+also)\s*[:»>]?\s*", re.IGNORECASE
)
_CAPTION = re.compile(
    r"(?:^|\|\s*|\s[-–]\s|\()\s*(?:beeld|foto|fotografie|illustratie|image|photo)\s*:\s*\S", re.IGNORECASE
)
_BYLINE = re.compile(
    r"^(?:door|auteur|auteurs|tekst|by|geschreven\s+door)\s*:?\s+(?P<names>[^.:!?]{2,80})$", re.IGNORECASE
)
_OPENS_BYLINE = re.compile(r"^(?:door|auteurs?|tekst|by|geschreven door)\b", re.IGNORECASE)
_UPDATE = re.compile(
    r"^(?:voor het laatst |laatst(?:e)? )?(?:bijgewerkt|gewijzigd|aangepast|geüpdatet|update|updated)\b", re.IGNORECASE
)
_ABOUT = re.compile(
    r"^(?:over(?:\s+de\s+auteur)?:?|lees\s+(?:meer|alles)\s+(?:van|over|door)|meer\s+(?:van|over|door)|alle\s+artikelen\s+van|bekijk\s+(?:profiel|alles)\s+van|door|by|auteur:?)\s+",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"^(?:(?:plaats|geef|schrijf)\s+(?:een|je|uw)\s+reactie|reageer\s+op\s+dit|leave\s+a\s+(?:reply|comment)).{0,60}$"
    r"|^(?:reacties|comments)\s*\(?\d+\)?$|^\d+\s+(?:reacties?|comments?|gedachtes?)(?:\s+(?:op|over|on|to)\s+.*)?$",
    re.IGNORECASE,
)
_ARROWS = " »›>→…"


def is_noise(text: str) -> bool:
    return len(text) <= _SHORT and _NOISE.match(text) is not None


def opens_related(text: str) -> bool:
    """A heading such as "Lees ook:"."""
    return _RELATED.match(text) is not None


def related_prefix(text: str) -> str:
    """ "Lees ook: " when the block goes on with the link itself."""
    found = _RELATED_START.match(text)
    return found[0] if found else ""


def is_caption(text: str) -> bool:
    return ":" in text and len(text) <= 2 * _SHORT and _CAPTION.search(text) is not None


def is_comment_heading(text: str) -> bool:
    return _COMMENTS.match(text) is not None


def is_bare_comment_heading(text: str) -> bool:
    return text.casefold().rstrip(":") in ("reacties", "reactie", "comments", "discussie", "reageer")


def is_date_line(text: str) -> bool:
    """Nothing but a date, perhaps with a label, a time or a counter beside it."""
    if len(text) > 80:
        return False
    rest = without_dates(text)
    return rest != text and len(re.sub(r"\W", "", rest)) <= 24


def is_update_line(text: str) -> bool:
    """ "Laatst bijgewerkt op …", which says nothing that the edit itself does not."""
    return _UPDATE.match(text) is not None and is_date_line(text)


def byline(text: str) -> list[str]:
    """The names in "Door A, B en C"; empty when the text is no byline."""
    found = _BYLINE.match(text)
    if not found:
        return []
    names = [name.strip(" -–|") for name in re.split(r"\s*,\s*|\s+en\s+|\s+and\s+|\s*&\s*", found["names"])]
    return names if all(map(is_name, names)) else []


def opens_byline(text: str) -> bool:
    return _OPENS_BYLINE.match(text) is not None


def is_name(text: str) -> bool:
    """Looks like a person: a few words, the first and the last with a capital."""
    words = text.split()
    return (
        1 <= len(words) <= 6
        and all(word[0].isupper() for word in (words[0], words[-1]))
        and not re.search(r"[\d:;!?|]", text)
    )


def person(text: str) -> str:
    """The name in "Lees meer van NAME »" or "Over NAME"."""
    return _ABOUT.sub("", text.strip(_ARROWS)).strip(_ARROWS)
