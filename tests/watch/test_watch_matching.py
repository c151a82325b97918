"""What counts where, what does not, and why."""

from __future__ import annotations

from typing import Any

from alerts.watch import Reason, Verdict, match, match_text, packaged_watches, parse_watch
from storage.article import Article, Block, Link

(PACKAGED,) = packaged_watches()


def article(*paragraphs: str, **more: Any) -> Article:
    return Article(
        **{"url": "https://nieuws.example/a", "title": "Kop", **more}, blocks=tuple(map(paragraph, paragraphs))
    )


def paragraph(text: str) -> Block:
    return Block("paragraph", text)


def judge(rule: dict[str, Any], text: str) -> Verdict:
    return match_text(parse_watch({"name": "proef", **rule}), text)


def places(verdict: Verdict) -> list[tuple[str, str]]:
    return [(reason.term, reason.where) for reason in verdict.because]


def test_reasons_name_the_term_the_place_and_the_spelling_found() -> None:
    verdict = match(PACKAGED, article("Ook NL\u2011AIC doet mee.", lead="Nieuws van aic4nl.", tags=("ained",)))
    assert verdict.because == (
        Reason("AIC4NL", "lead", "aic4nl"),
        Reason("NL AIC", "body", "NL-AIC"),
        Reason("AiNed", "tags", "ained"),
    )
    assert verdict.because[0].to_dict() == {"term": "AIC4NL", "where": "lead", "found": "aic4nl"}


def test_every_place_an_article_has_words_is_looked_at() -> None:
    places_tried = {
        "title": article(title="AIC4NL begint"),
        "lead": article(lead="AIC4NL begint."),
        "body": article("AIC4NL begint."),
        "caption": article(caption="Voorzitter van AIC4NL | Beeld: A. Fotograaf"),
        "tags": article(tags=("ai", "stichting-aic4nl")),
    }
    for where, tried in places_tried.items():
        assert places(match(PACKAGED, tried)) == [("AIC4NL", where)]


def test_a_picture_credit_is_no_news() -> None:
    assert not match(PACKAGED, article(caption="De minister in Delft | Beeld: NL AIC")).matches
    assert not match(PACKAGED, article(caption="© AiNed")).matches


def test_a_longer_name_is_told_once_and_not_as_the_names_inside_it() -> None:
    assert places(match_text(PACKAGED, "De AI Coalitie 4 NL begint.")) == [("AI Coalitie 4 NL", "body")]


def test_a_link_and_a_related_list_never_count() -> None:
    pointer = Link("Nederlandse AI Coalitie kiest voorzitter", "https://nieuws.example/nederlandse-ai-coalitie")
    linked = Article("https://nieuws.example/a", "Kop", blocks=(Block("paragraph", "Lees hier.", (pointer,)),))
    assert not match(PACKAGED, linked).matches
    assert not match(PACKAGED, article("Tekst.", related=(pointer,))).matches


def test_a_read_also_box_left_in_the_body_never_counts() -> None:
    headline = "Nederlandse AI Coalitie kiest voorzitter"
    link = Link(headline, "https://nieuws.example/b")
    heads = [paragraph("Lees ook:"), Block("heading", "Lees ook"), paragraph("Lees ook deze artikelen:")]
    bodies = [Block("list_item", headline), Block("paragraph", headline, (link,)), Block("heading", headline, (link,))]
    for head in heads:
        for body in bodies:
            boxed = Article("https://nieuws.example/a", "Kop", blocks=(paragraph("Tekst."), head, body, body))
            assert not match(PACKAGED, boxed).matches, (head, body)
            after = Article("https://nieuws.example/a", "Kop", blocks=(*boxed.blocks, paragraph("AIC4NL is blij.")))
            assert places(match(PACKAGED, after)) == [("AIC4NL", "body")]


def test_a_list_that_is_no_box_counts() -> None:
    listed = Article("https://nieuws.example/a", "Kop", blocks=(paragraph("Aanwezig:"), Block("list_item", "AIC4NL")))
    assert match(PACKAGED, listed).matches


def test_other_coalitions_rule_out_the_short_name_in_the_whole_article_and_say_so() -> None:
    verdict = match(PACKAGED, article("De internationale AI-coalitie begint.", "De AI-coalitie groeit."))
    assert not verdict.matches
    assert verdict.because == ()
    assert [(r.term, r.where, r.why) for r in verdict.ruled_out] == [
        ("AI-coalitie", "body", '"internationale AI-coalitie" stands in it')
    ]


def test_a_full_name_is_not_taken_for_just_any_coalition() -> None:
    verdict = match_text(PACKAGED, "Zo ontstaat een AI Coalitie 4 NL. De Nederlandse AI-coalitie en de AI-coalitie.")
    assert ("AI-coalitie", "body") in places(verdict)
    assert verdict.ruled_out == ()


def test_the_ai_factory_alone_is_seen_but_not_enough() -> None:
    verdict = match(PACKAGED, article("Groningen krijgt een AI-fabriek.", title="AI-fabriek komt naar Groningen"))
    assert not verdict.matches
    assert {(r.term, r.where) for r in verdict.ruled_out} == {("AI-fabriek", "title"), ("AI-fabriek", "body")}
    assert {r.why for r in verdict.ruled_out} == {"0.9 of 1 points"}


def test_all_terms_of_all_must_be_there() -> None:
    rule = {"all": ["Woo", "algoritme"]}
    assert places(judge(rule, "Een Woo-verzoek over algoritmes.")) == [("Woo", "body"), ("algoritme", "body")]
    refused = judge(rule, "Een Woo-verzoek.")
    assert not refused.matches
    assert [r.why for r in refused.ruled_out] == ["without algoritme"]


def test_one_term_of_none_is_enough_to_rule_out() -> None:
    rule = {"any": ["cloud"], "none": ["sponsor"]}
    assert judge(rule, "De cloud van het Rijk.").matches
    refused = judge(rule, "De cloud van het Rijk. Tekst van een sponsor.")
    assert not refused.matches
    assert ("sponsor", "none of these may stand in it") in [(r.term, r.why) for r in refused.ruled_out]


def test_points_add_up_over_terms_but_not_over_mentions() -> None:
    rule = {"any": [{"terms": ["chips", "datacenter"], "points": 0.5}]}
    assert not judge(rule, "Chips, chips en nog eens chips.").matches
    assert judge(rule, "Chips voor een datacenter.").matches


def test_a_prominent_place_weighs_more() -> None:
    rule = {"any": [{"terms": ["chips"], "points": 0.5}]}
    assert judge(rule, "Chips te koop\n\nNiets.\n\nNiets.").score == 1.5
    assert not judge({**rule, "weights": {"title": 0}}, "Chips te koop\n\nNiets.\n\nNiets.").matches


def test_a_needed_context_may_stand_anywhere() -> None:
    rule = {"any": [{"terms": ["leerkring"], "needs": ["AI"]}]}
    assert judge(rule, "Een leerkring.\n\nHet gaat over AI-toepassingen.").matches
    assert not judge(rule, "Een leerkring over mail.").matches


def test_what_is_no_name_beside_it_rules_out_one_mention_and_not_the_others() -> None:
    rule = {"any": [{"terms": ["kring"], "not_in": ["kring akkoord*"]}]}
    assert judge(rule, "Het kringakkoord van de kring.").matches
    refused = judge(rule, "Het kring-akkoord. En nog een kringakkoord.")
    assert not refused.matches
    assert [
        r.why for r in judge({"any": [{**rule["any"][0], "terms": ["kringakkoord"]}]}, "Een kringakkoord.").ruled_out
    ] == ['part of "kring akkoord*"']


def test_a_word_that_has_to_be_near_stands_in_the_same_paragraph() -> None:
    rule = {"any": [{"terms": ["leerkring"], "near": ["AI", "algoritme"]}]}
    assert judge(rule, "Kop\n\nEen leerkring over AI.\n\nMeer.").matches
    assert judge(rule, "Kop\n\nLead.\n\nIets.\n\nOver algoritmes leert een leerkring.").matches
    refused = judge(rule, "AI in de zorg\n\nOver AI.\n\nEen leerkring over mail.\n\nEn weer AI.")
    assert [(r.where, r.why) for r in refused.ruled_out] == [("body", "without AI or algoritme near it")]


def test_two_words_of_doubt_make_a_term_need_company() -> None:
    rule = {"any": [{"terms": ["kring"], "doubt": ["Frans*", "Parijs"], "needs": ["Nederland"]}]}
    assert judge(rule, "De kring komt bijeen.").matches
    assert judge(rule, "De kring leest Franse en nog meer Franse boeken.").matches
    assert judge(rule, "De kring leest in Parijs Franse boeken. Ook Nederlandse.").matches
    refused = judge(rule, "De kring leest in Parijs Franse boeken.")
    assert [r.why for r in refused.ruled_out] == ['"Frans*" and "Parijs" stand in it, without Nederland']


def test_a_phrase_may_name_a_list_of_words() -> None:
    rule = {
        "words": {"land": ["Noorwegen", "Den*"], "stad": ["Oslo"]},
        "any": [{"terms": ["kring", "club {stad}"], "unless": ["kring in {land}", "{stad} en {land}"]}],
    }
    assert judge(rule, "De kring in Leiden.").matches
    assert judge(rule, "De club Oslo.").matches
    for ruled_out in ("De kring in Noorwegen.", "De kring in Denemarken.", "Oslo en Noorwegen hebben een kring."):
        assert not judge(rule, ruled_out).matches, ruled_out
    assert judge(rule, "De kring in Denemarken.").ruled_out == (
        Reason("kring", "body", "kring", '"kring in Den*" stands in it'),
    )


def test_a_phrase_is_found_with_quotes_around_its_words() -> None:
    rule = {"any": [{"terms": ["kring"], "unless": ["een kring", "kring van … partijen", "*se kring"]}]}
    for written in ("een ‘kring’", 'een "kring"', "de ‘kring’ van drie partijen", "de Deense ‘kring’"):
        assert not judge(rule, f"Dit is {written}.").matches, written


def test_wildcards_in_contexts_reach_no_further_than_they_say() -> None:
    rule = {
        "any": [{"terms": ["kring"], "unless": ["kring van … landen", "een * kring", "*se kring", "kring partij*"]}]
    }
    for ruled_out in (
        "De kring van drie grote Europese landen.",
        "Een nieuwe kring.",
        "De Deense kring.",
        "Kring-partijen.",
    ):
        assert not judge(rule, ruled_out).matches, ruled_out
    for counted in (
        "De kring van een, twee, drie landen.",
        "Een heel erg nieuwe kring.",
        "De kring. Van landen.",
        "Senaat kring.",
    ):
        assert judge(rule, counted).matches, counted


def test_plain_text_has_a_title_only_when_a_short_line_stands_above_more() -> None:
    assert places(match_text(PACKAGED, "AIC4NL")) == [("AIC4NL", "body")]
    assert places(match_text(PACKAGED, "AIC4NL begint\n\nTekst.")) == [("AIC4NL", "title")]
    assert places(match_text(PACKAGED, "Kop\n\nTekst van AIC4NL.")) == [("AIC4NL", "body")]
    assert places(match_text(PACKAGED, "Kop\n\nLead van AIC4NL.\n\nTekst.")) == [("AIC4NL", "lead")]
    assert places(match_text(PACKAGED, "Dit is een zin over AIC4NL.\n\nTekst.")) == [("AIC4NL", "body")]


def test_an_empty_text_matches_nothing() -> None:
    assert match_text(PACKAGED, "") == Verdict(False)
    assert match_text(PACKAGED, " \n\n \n") == Verdict(False)
