"""Was and Now, in whole sentences."""

from alerts.diff import BlockChange, Words, diff_texts, excerpts
from alerts.diff.sentences import sentence_starts


def only_change(old: str, new: str) -> BlockChange:
    (change,) = diff_texts(old, new).body
    return change


def shown(words: Words) -> str:
    return "".join({"=": "", "-": "[-", "+": "[+"}[op] + text + ("]" if op != "=" else "") for op, text in words)


OLD = "Het plan is klaar. Het kost 12 miljoen euro. De Kamer stemt donderdag. Daarna volgt de Senaat."


def test_only_the_sentence_that_changed_is_shown_with_its_words_marked() -> None:
    (excerpt,) = excerpts(only_change(OLD, OLD.replace("12", "21")))
    assert shown(excerpt.old_words) == "Het kost [-12] miljoen euro."
    assert shown(excerpt.new_words) == "Het kost [+21] miljoen euro."
    assert not excerpt.clipped


def test_changes_in_two_sentences_are_two_excerpts() -> None:
    found = excerpts(only_change(OLD, OLD.replace("klaar", "af").replace("donderdag", "dinsdag")))
    assert [shown(excerpt.new_words) for excerpt in found] == ["Het plan is [+af].", "De Kamer stemt [+dinsdag]."]


def test_a_sentence_that_came_in_has_no_was() -> None:
    (excerpt,) = excerpts(only_change(OLD, OLD.replace("De Kamer", "Dat is veel. De Kamer")))
    assert excerpt.old_words == ()
    assert shown(excerpt.new_words) == "[+Dat is veel.]"


def test_a_sentence_that_went_has_no_now() -> None:
    (excerpt,) = excerpts(only_change(OLD, OLD.replace(" Daarna volgt de Senaat.", "")))
    assert shown(excerpt.old_words) == "[-Daarna volgt de Senaat.]"
    assert excerpt.new_words == ()


def test_a_removed_paragraph_is_its_own_excerpt() -> None:
    (excerpt,) = excerpts(only_change(f"{OLD}\n\nNog iets anders.", OLD))
    assert shown(excerpt.old_words) == "[-Nog iets anders.]"


def test_a_paragraph_that_was_only_cut_in_two_has_nothing_to_show() -> None:
    assert excerpts(only_change(OLD, OLD.replace(". De", ".\n\nDe"))) == []


def test_a_long_sentence_is_cut_at_words_around_its_change() -> None:
    long = (
        "Volgens het rapport "
        + "en nog een bijzin die maar doorgaat " * 20
        + "kost het 12 euro"
        + " per aanvraag" * 60
        + "."
    )
    (excerpt,) = excerpts(only_change(long, long.replace("12", "21")), limit=160)
    was = shown(excerpt.old_words)
    assert excerpt.clipped
    assert was.startswith("… ")
    assert was.endswith(" …")
    assert "het [-12] euro" in was
    assert len(was) < 180
    assert set(was.strip("… ").split()) <= {*long.split(), "[-12]"}


def test_where_a_word_came_in_the_long_old_sentence_is_cut_around_that_place() -> None:
    long = (
        "Volgens het rapport "
        + "en nog een bijzin die maar doorgaat " * 20
        + "komt er een wet"
        + " in dit land" * 60
        + "."
    )
    (excerpt,) = excerpts(only_change(long, long.replace("er een", "er geen enkele")), limit=160)
    assert "komt er [-een] wet" in shown(excerpt.old_words)
    (excerpt,) = excerpts(only_change(long, long.replace("een wet", "een nieuwe wet")), limit=160)
    assert "komt er een wet" in shown(excerpt.old_words)
    assert "komt er een [+nieuwe ]wet" in shown(excerpt.new_words)


def test_a_word_changed_beside_a_cut_is_all_that_is_marked() -> None:
    whole = OLD.replace(". De Kamer", " en de Kamer")
    change = only_change(whole, whole.replace("12", "21").replace("Kamer stemt", "Kamer\n\nstemt"))
    assert change.op == "split"
    (excerpt,) = excerpts(change)
    assert shown(excerpt.old_words) == "Het kost [-12] miljoen euro en de Kamer stemt donderdag."
    assert shown(excerpt.new_words) == "Het kost [+21] miljoen euro en de Kamer\nstemt donderdag."


def test_a_long_new_paragraph_is_cut_at_its_end() -> None:
    long = " ".join(["woorden"] * 200)
    (excerpt,) = excerpts(only_change(OLD, f"{OLD}\n\n{long}"), limit=100)
    ((op, text),) = excerpt.new_words
    assert (op, text[:15], text[-9:]) == ("+", "woorden woorden", "woorden …")
    assert len(text) <= 102


def test_abbreviations_initials_and_decimals_end_no_sentence() -> None:
    text = "Volgens dhr. A. B. Tuinstra (o.a. Kamerlid) kost art. 5 nu 3.5 mln. Dat is d.w.z. Veel te veel! ‘Echt?’ Ja."
    starts = sentence_starts(text)
    assert [text[start:].split()[0] for start in starts] == ["Volgens", "Dat", "‘Echt?’", "Ja."]
