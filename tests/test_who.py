"""Participants: who, as what, in words that can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading_aid import read
from timeline import extract

CASES = [
    ("active", "Rebels *seized* the town.", "seized", "Rebels > town"),
    (
        "passive",
        "Nearly 2,000 rebels and their families were *evacuated* by the army.",
        "evacuated",
        "army > Nearly 2,000 rebels and their families",
    ),
    ("passive without agent", "Two activists were *arrested* on arrival.", "arrested", "> Two activists"),
    ("reduced passive", "The deal *brokered* by the United Nations held.", "brokered", "United Nations > deal"),
    ("relative clause", "Rebels who *seized* the town *fled* again.", "fled", "Rebels >"),
    ("relative clause, inside", "Rebels who *seized* the town *fled* again.", "seized", "Rebels > town"),
    ("chain of verbs", "Hundreds of rebels *began* *leaving* the city.", "leaving", "Hundreds of rebels > city"),
    ("passive governs infinitive", "Fighters were *expected* to *leave* the city.", "leave", "Fighters > city"),
    ("object governs infinitive", "Soldiers *forced* residents to *leave*.", "leave", "residents >"),
    ("participle after its noun", "Police *arrested* rebels *fleeing* the town.", "fleeing", "rebels > town"),
    ("complement clause", "Officials *said* rebels *left* and soldiers *entered*.", "left", "rebels >"),
    ("second clause", "Officials *said* rebels *left* and soldiers *entered*.", "entered", "soldiers >"),
    ("where, outside", "The city where protests *began* was *retaken*.", "retaken", "> city"),
    ("where, inside", "The school where troops *met* was *evacuated*.", "met", "troops >"),
    ("where, at the end", "Troops *left* the city where protests *began*.", "left", "Troops > city"),
    ("coordination", "Angela Merkel and Emmanuel Macron *met* reporters.", "met", "Angela Merkel; Emmanuel Macron > reporters"),
    ("what was not done to it", "No shots were *fired* at rebels.", "fired", "> shots"),
    ("nobody takes part, in two words", "No one *attacked* the rebels.", "attacked", "> rebels"),
    ("nobody takes part, alone", "Nobody *attacked* the rebels.", "attacked", "> rebels"),
    ("amount alone", "At least 12 people were *killed* and 30 *injured*.", "injured", "> 30"),
    ("inverted speech", '"We are sad," *said* Imad Salamey, a professor.', "said", "Imad Salamey >"),
    ("after a quotation", '"They were innocent people," Mr. Ging *told* reporters.', "told", "Mr. Ging > reporters"),
    ("genitive of an event", "Assad's ~victory~ was clear.", "victory", "Assad >"),
    ("genitive of one who suffers", "Assad's ~arrest~ was clear.", "arrest", "> Assad"),
    ("of, agent", "The ~withdrawal~ of troops was slow.", "withdrawal", "troops >"),
    ("of, patient, and by", "The ~arrest~ of two activists by police was wrong.", "arrest", "police > two activists"),
    ("against", "An ~attack~ on soldiers was feared.", "attack", "> soldiers"),
    ("light verb", "Rebels *launched* an ~attack~ at dawn.", "attack", "Rebels >"),
    ("title", "President Bashar Assad *met* envoys.", "met", "President Bashar Assad > envoys"),
    ("last name in full", "Imad Salamey spoke. Salamey *warned* investors.", "warned", "Imad Salamey > investors"),
    ("pronoun of one person", "Imad Salamey spoke. He *warned* investors.", "warned", "Imad Salamey > investors"),
    ("pronoun of who spoke", "The ministry *said* it had *opened* the road.", "opened", "ministry > road"),
    ("pronoun of more than spoke", "Imad Salamey *said* they *opened* the road.", "opened", "> road"),
    ("pronoun of a thing", "Imad Salamey *said* it was *opened*.", "opened", ">"),
    ("pronoun of one, said by many", "Police *said* he was *arrested*.", "arrested", ">"),
    ("pronoun of two", "Imad Salamey and Eva Klein spoke. He *warned* investors.", "warned", "> investors"),
    ("government as agent", "Russia *invaded* Georgia.", "invaded", "Russia >"),
    (
        "joined names",
        "The Food and Drug Administration *warned* investors.",
        "warned",
        "Food and Drug Administration > investors",
    ),
    ("name before an event", "Some walls fell in Syrian Air Force ~strikes~ on Monday.", "strikes", "Syrian Air Force >"),
    ("second of two passives", "A fighter was *carried* by his friends and *laid* on a bed.", "laid", "> fighter"),
    ("apposition with a relative clause", "Ann Lee, the doctor who *found* it, *died* in May.", "died", "Ann Lee >"),
    ("she who spoke", "Ann Lee *said* that she *left* the hospital.", "left", "Ann Lee > hospital"),
    ("described behind a name", "Nurses United, a nurses' union, *left* the talks.", "left", "Nurses United > talks"),
    ("one of them, behind a name", "Ann Lee of Leeds, one of the plan's authors, *left*.", "left", "Ann Lee of Leeds >"),
    ("described patient with a relative clause", "He *met* Ann Lee, his doctor, who *found* it.", "found", "Ann Lee >"),
    ("two names with a relative clause of one", "Ann Lee and Bea Roy, who was *shot*, left.", "shot", "> Bea Roy"),
    ("two names with a relative clause of both", "Ann Lee and Bea Roy, who were *shot*, left.", "shot", "> Ann Lee; Bea Roy"),
    ("brackets interrupt nothing", "The Home Guard (HG) *seized* the town.", "seized", "Home Guard > town"),
    ("brackets that tell an event", "The guard (who *left*) *seized* the town.", "left", "guard >"),
    ("adverb behind the article", "A very old bridge *collapsed*.", "collapsed", "very old bridge >"),
    ("clause without a relative pronoun", "The deal the president *signed* *collapsed*.", "signed", "president > deal"),
    ("clause without one, outside", "The deal the president *signed* *collapsed*.", "collapsed", "deal >"),
    ("two objects are no clause", "Ann Lee *gave* the guard the key.", "gave", "Ann Lee > guard"),
    ("who hears is no speaker", '"We left," Ann Lee, a guard, *told* the Post.', "told", "Ann Lee > Post"),
    ("speaker behind an owner", '"We left," *said* the union\'s leader.', "said", "union's leader >"),
    ("speaker named behind the office", '"We left," *said* the captain, Ann Lee.', "said", "Ann Lee >"),
    ("participle between commas", "The law, *passed* in the spring, *banned* guns.", "passed", "> law"),
    ("verb between commas", "The guard, a father of two, *fled* in the night, and was caught.", "fled", "guard >"),
    ("between two", "The ~talks~ between Ann Lee and Bea Roy were long.", "talks", "Ann Lee; Bea Roy >"),
    ("how much is nobody", "Ann Lee saw the race that she *won* by ten points.", "won", "Ann Lee >"),
    ("by people", "The town was *won* by ten men.", "won", "ten men > town"),
    ("whose event it is", "Ann Lee spoke during her Senate ~campaign~.", "campaign", "Ann Lee >"),
    ("whose suffering it is", "Ann Lee spoke after her ~arrest~.", "arrest", "> Ann Lee"),
    ("who did it to others", "Ann Lee spoke after her ~arrest~ of a thief.", "arrest", "Ann Lee > thief"),
    ("an owner who may come later", "Bea Roy spoke. In her ~speech~, Ann Lee left.", "speech", ">"),
    ("adjective before an event", "A national ~strike~ *began*.", "strike", ">"),
    ("people before an event", "A rebel ~strike~ *began*.", "strike", "rebel >"),
    ("it is no official", "One official *noted* that it was *discussed*.", "discussed", ">"),
    ("neither before a name", "Ann Lee spoke. Neither Lee nor the king *left*.", "left", "Ann Lee; king >"),
    ("things that are named speak to nobody", "The Great Storm came. She *left* the town.", "left", "> town"),
    ("abbreviation in a name", "Ann Lee Jr. *left* the town.", "left", "Ann Lee Jr > town"),
    ("abbreviation before a comma", "Sen. Ann Lee, R-Calif., *left*.", "left", "Sen. Ann Lee >"),
    ("initials of a state", "Sen. Ann Lee, D-N.Y., *left*.", "left", "Sen. Ann Lee >"),
    ("speech ends a sentence", '"We saw the king." Ann Lee *left*.', "left", "Ann Lee >"),
    ("attributive participle", "They spoke of *seized* arms.", "seized", "> arms"),
    ("attributive participle behind an article", "The *seized* arms *burned*.", "burned", "arms >"),
    ("fronted without a verb", "Before the vote, Ann Lee, a guard, *left*.", "left", "Ann Lee >"),
    ("fronted with a verb", "After the guard *left*, Ann Lee slept.", "left", "guard >"),
    ("list in the name of a body", "Guards on the Health, Labor, and Pensions Committee *left*.", "left", "Guards >"),
    ("list of people and a body", "Bea Roy and the Pensions Committee *left*.", "left", "Bea Roy; Pensions Committee >"),
    ("amount of money behind an article", "The $2 billion bill the king *signed* *passed*.", "signed", "king > $2 billion bill"),
    ("relative clause behind a place", "They spoke of a blast in Homs that *killed* the king.", "killed", "blast > king"),
    ("relative clause behind people", "They *spoke* of a blast near soldiers that *fled*.", "fled", "soldiers >"),
    ("oneself is no other", "The 35-year-old *declared* himself king.", "declared", "35-year-old >"),
    ("between dashes", "Ann Lee — a guard of the gate — *left* the town.", "left", "Ann Lee > town"),
    ("behind one dash", "Ann Lee sang — guards *left* the town.", "left", "guards > town"),
    ("the only one", "Ann Lee *met* the only one who *sang*.", "sang", ">"),
    ("things take part", "A train *derailed* at night.", "derailed", "train >"),
]


def told(mention: object) -> str:
    """``agents > patients``, as the cases write them."""
    people = mention.participants  # type: ignore[attr-defined]
    agents, patients = (["; ".join(p.text for p in people if p.role == role)] for role in ("agent", "patient"))
    return f"{agents[0]} > {patients[0]}".strip()


@pytest.mark.parametrize(("text", "trigger", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_roles(text: str, trigger: str, wanted: str) -> None:
    """Agents and patients by syntax, without a parser."""
    assert told(read(text)[trigger]) == wanted


OTHER_LANGUAGES = [
    ("de", "Die Polizei *nahm* drei Männer fest.", "nahm", "Polizei > drei Männer"),
    ("de", "Dort *verließen* Rebellen die Stadt.", "verließen", "Rebellen > Stadt"),
    ("de", "Der Außenminister hat den Präsidenten *getroffen*.", "getroffen", "Außenminister > Präsidenten"),
    ("de", "Drei Männer wurden von der Polizei *festgenommen*.", "festgenommen", "Polizei > Drei Männer"),
    ("de", "Bundeskanzlerin Angela Merkel kam. Merkel *traf* Emmanuel Macron.", "traf", "Angela Merkel > Emmanuel Macron"),
    ("es", "La policía *detuvo* ayer a dos hombres en Sevilla.", "detuvo", "policía >"),
    ("es", "Dos hombres fueron *detenidos* por la policía.", "detenidos", "policía > Dos hombres"),
    ("es", "Ayer *salieron* los rebeldes de la ciudad.", "salieron", "rebeldes >"),
]


@pytest.mark.parametrize(("lang", "text", "trigger", "wanted"), OTHER_LANGUAGES, ids=[case[1][:30] for case in OTHER_LANGUAGES])
def test_roles_in_other_languages(lang: str, text: str, trigger: str, wanted: str) -> None:
    """Subjects after their verb, objects before it, passives: the same walk, told by the language's pack."""
    assert told(read(text, lang)[trigger]) == wanted


def test_a_language_without_a_pack_names_nobody() -> None:
    """But it is no error."""
    assert read("Le président *est* à Paris.", "fr")["est"].participants == ()


def test_others_are_named_too() -> None:
    """Whom a thing is done with, to or for."""
    others = [
        p.text for p in read("Rebels *handed* the town to President Bashar Assad.")["handed"].participants if p.role == "other"
    ]
    assert others == ["President Bashar Assad"]


@pytest.mark.parametrize(
    ("text", "trigger", "wanted"),
    [
        ("The guards fled after Tuesday's attack on the gate.", "fled", "guards >"),
        ("In last week's attack the rebels fled.", "fled", "rebels >"),
        ("The town was shelled in the Friday night attacks.", "shelled", "> town"),
        ("On Friday police seized the town.", "seized", "police > town"),
    ],
)
def test_a_time_expression_before_a_noun_interrupts_nothing(text: str, trigger: str, wanted: str) -> None:
    """The mark of its genitive is no verb, its article and preposition are those of the noun."""
    mentions = extract(text, published="2021-06-14", lang="en").mentions
    assert [told(m) for m in mentions if m.trigger == trigger] == [wanted]


def test_places_do_not_take_part() -> None:
    """ "in Homs" is where, not who."""
    assert [p.text for p in read("Rebels *left* Homs.")["left"].participants] == ["Rebels"]


@given(
    st.lists(
        st.sampled_from("Rebels the army who *left* *seized* , and by was to of ~attack~ Homs he said “ ” 12 's".split()),
        max_size=25,
    )
)
def test_any_order_of_words_is_read(words: list[str]) -> None:
    """Whatever stands in a sentence, participants lie within it and nobody is named twice for one event."""
    text = " ".join(words)
    for mention in read(text).values():
        spans = [(p.start, p.end) for p in mention.participants]
        assert len(spans) == len(set(spans))
        assert all(mention.sentence[0] <= start < end <= mention.sentence[1] for start, end in spans)


def test_a_preposition_before_a_date_takes_nothing_else() -> None:
    """ "In 1961 Yuri Gagarin …" is not in Yuri Gagarin."""
    (circled,) = [m for m in extract("In 1961 Yuri Gagarin circled the Earth.", lang="en").mentions if m.trigger == "circled"]
    assert told(circled).startswith("Yuri Gagarin >")
