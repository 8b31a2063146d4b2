"""Events in languages without a learned reader: what each time expression dates, and in which tense."""

from __future__ import annotations

import pytest

from timeline import pipeline
from timeline.events.naming import naming
from timeline.reading import article_from
from timeline.records import Mention
from timeline.settings import Settings


def dated(lang: str, text: str, published: str | None = "2014-05-07") -> dict[str, Mention]:
    """What a text puts on the timeline, by the words that name it."""
    shape = {"id": "x", "text": text, "published": published, "lang": lang}
    return {
        mention.trigger: mention for mention in pipeline.extract(article_from(shape, Settings())).mentions if mention.grounded
    }


GERMAN = {
    "the verb second behind the expression": ("Am Montag tagte erneut der Rat der kleinen Hafenstadt.", {"tagte": "2014-05-05"}),
    "in the present too": ("Diese Woche tagt der Rat erneut über den alten Hafen.", {"tagt": "2014-W19"}),
    "the participle at the end": ("Am Montag hat die Wache nach langer Suche zwei Kisten gefunden.", {"gefunden": "2014-05-05"}),
    "behind a list": (
        "Der Rat hatte am Montag Mittel für Brücken, Schulen, Bäder und den Park in der Altstadt bewilligt.",
        {"bewilligt": "2014-05-05"},
    ),
    "a prefix before the sign of the participle": ("Der Plan wurde am Montag durchgespielt.", {"durchgespielt": "2014-05-05"}),
    "a strong verb with a prefix": ("Der Wirt gab am Montag nach langem Streit auf.", {"gab": "2014-05-05"}),
    "each date its own clause": (
        "Der Wirt, der am Montag verhaftet wurde, kaufte 2010 die Mühle.",
        {"verhaftet": "2014-05-05", "kaufte": "2010"},
    ),
    "a conjunction sends the verb to the end": (
        "Der Wirt klagte, weil die Stadt 2010 den Steg sperrte.",
        {"sperrte": "2010"},
    ),
    "an infinitive with its mark": ("Die Stadt versprach, das Bad 2015 wieder zu öffnen.", {"öffnen": "2015"}),
    "a noun that its verb only carries": ("Die Siegerehrung ist für den 9. Mai geplant.", {"Siegerehrung": "2014-05-09"}),
    "a noun that the date belongs to": (
        "Die Überschwemmung vom Montag machte viele obdachlos.",
        {"Überschwemmung": "2014-05-05"},
    ),
    "two figures in one word": ("Nach der Missernte 2012/13 gewann der Ort an Bedeutung.", {"gewann": "2012"}),
    "who said so only where nothing else is told": (
        "Das Blatt berichtete 2013 über enge Verbindungen.",
        {"Verbindungen": "2013"},
    ),
    "a body is no event": ("Das geht aus dem Atlas der Meeresstiftung von 2013 hervor.", {"geht": "2013"}),
}


@pytest.mark.parametrize(("text", "expected"), GERMAN.values(), ids=GERMAN.keys())
def test_what_a_date_dates_in_german(text: str, expected: dict[str, str]) -> None:
    assert {trigger: mention.value for trigger, mention in dated("de", text).items()} == expected


SPANISH = {
    "not the auxiliary": ("El 2 de mayo fue elegido alcalde un pescador.", {"elegido": "2014-05-02"}),
    "nor with an adverb between": ("Fue presuntamente robado el 2 de mayo.", {"robado": "2014-05-02"}),
    "the nearest of several verbs": (
        "La medida que se implantó este año fue poner una valla.",
        {"implantó": "2014"},
    ),
    "a participle beside the expression": (
        "Los vecinos criticaron el cierre anunciado el 2 de mayo.",
        {"anunciado": "2014-05-02"},
    ),
    "each date its own word": (
        "Este martes, la alcaldesa ha condenado el ataque de 2012.",
        {"condenado": "2014-05-06", "ataque": "2012"},
    ),
    "a name is no verb": ("La delegación volvió de Teherán el 2 de mayo.", {"volvió": "2014-05-02"}),
    "a chronicle in the present": ("2 de mayo: el ministro llega al puerto en un avión privado.", {"llega": "2014-05-02"}),
    "the present of many, which has the ending of nouns": ("2 de mayo: las fuerzas rebeldes avanzan.", {"avanzan": "2014-05-02"}),
    "an irregular past": ("La policía detuvo el 2 de mayo a tres hombres acusados de robo.", {"detuvo": "2014-05-02"}),
    "no participle but a noun": ("El gato entró por el tejado el 2 de mayo.", {"entró": "2014-05-02"}),
    "but a participle behind its auxiliary": ("El 2 de mayo el gato fue tratado por un médico.", {"tratado": "2014-05-02"}),
    "a state that goes on": ("Los vecinos permanecen aislados desde el 2 de mayo.", {"aislados": "2014-05-02"}),
    "not a noun with that ending": ("El 2 de mayo fue publicada la imagen.", {"publicada": "2014-05-02"}),
    "a heading tells of nothing": ("La ciudad espera.\n\n2 de mayo de 2014.\n\nNada cambia.", {}),
}


@pytest.mark.parametrize(("text", "expected"), SPANISH.values(), ids=SPANISH.keys())
def test_what_a_date_dates_in_spanish(text: str, expected: dict[str, str]) -> None:
    assert {trigger: mention.value for trigger, mention in dated("es", text).items()} == expected


STATUS = [
    ("es", "El puente se cerrará esta semana.", "cerrará", "planned"),
    ("es", "El puente se cerró esta semana.", "cerró", "happened"),
    ("de", "Diese Woche soll der Umbau starten.", "starten", "planned"),
    ("de", "Diese Woche könnten die Zahlen nach unten revidiert werden.", "revidiert", "possible"),
    ("de", "Die Bauern starteten diese Woche den Umbau.", "starteten", "happened"),
    ("de", "Der Steg soll diese Woche gesperrt werden.", "gesperrt", "planned"),
    ("de", "Der Steg wurde diese Woche gesperrt.", "gesperrt", "happened"),
    ("de", "Der Steg wird diese Woche öffnen.", "öffnen", "planned"),
    ("de", "Der Minister will sich am Freitagabend im Radio der Hafenstadt erstmals äußern.", "äußern", "planned"),
    ("es", "El 2 de mayo la alcaldesa anunció una investigación sobre el posible fraude.", "anunció", "happened"),
    ("es", "Este miércoles el alcalde ha advertido a los vecinos de una posible huelga.", "advertido", "happened"),
    ("es", "Un acuerdo firmado el viernes es posible.", "firmado", "possible"),
    ("de", "Seit Montag läuft die Verhandlung.", "läuft", "ongoing"),
    ("de", "Am Montag lief die Verhandlung.", "lief", "happened"),
    ("pt", "O programa vai até 2020.", "programa", "planned"),
    ("pt", "O programa foi até 2010.", "programa", "happened"),
    ("es", "Este domingo, el alcalde culpó a los vecinos.", "culpó", "happened"),
    ("es", "Este domingo, el alcalde visitará a los vecinos.", "visitará", "planned"),
]


@pytest.mark.parametrize(("lang", "text", "trigger", "status"), STATUS, ids=[case[1] for case in STATUS])
def test_status_without_a_learned_reader(lang: str, text: str, trigger: str, status: str) -> None:
    assert dated(lang, text)[trigger].status == status


SIGNALS = [
    ("fr", "Le port est fermé depuis le 3 mai.", "from"),
    ("fr", "Le port reste fermé jusqu'en 2016.", "until"),
    ("fr", "Le port a fermé le 3 mai.", "within"),
    ("it", "Il porto è chiuso dal 3 maggio.", "from"),
    ("pt", "O porto está fechado desde maio de 2012.", "from"),
    ("nl", "De haven is gesloten sinds 3 mei.", "from"),
    ("ru", "С 2007 года банк работает в городе.", "from"),
    ("ru", "В 2007 году банк открылся в городе.", "within"),
    ("pl", "Port jest zamknięty od 3 maja 2014 r.", "from"),
    ("sv", "Hamnen är stängd sedan 3 maj.", "from"),
    ("tr", "3 Mayıs'tan itibaren liman kapalı.", "from"),
    ("tr", "Liman 3 Mayıs'ta kapandı.", "within"),
    ("de", "Von Montag an gilt das neue Gesetz.", "from"),
    ("de", "Die Übersetzung von 1987 wurde neu verlegt.", "within"),
    ("de", "Am Montag an der Schule lernte er davon.", "within"),
]


@pytest.mark.parametrize(("lang", "text", "extent"), SIGNALS, ids=[case[1] for case in SIGNALS])
def test_signals_of_languages_without_a_learned_reader(lang: str, text: str, extent: str) -> None:
    assert [mention.extent for mention in dated(lang, text).values()] == [extent]


def test_since_when_something_is_the_most_dates_nothing() -> None:
    assert not dated("de", "Der Kurs erreichte den höchsten Stand seit dem 26. März.")
    assert dated("de", "Der Kurs steigt seit dem 26. März.")
    assert not dated("ru", "Это первый подиум гонщика с 2010 года.")


WHO = [
    ("de", "Dabei starben am Montag zwölf Menschen.", ["zwölf Menschen"]),
    ("de", "Das Blatt, warnt Kern, verlor am Montag viele Leser.", ["Blatt", "viele Leser"]),
    ("de", "Die verletzten Soldaten verließen am Montag die Insel.", ["verletzten Soldaten"]),
    ("es", "Asimismo murieron el lunes doce personas.", ["doce personas"]),
    ("es", "Miles salieron el lunes a la calle.", ["Miles"]),
    ("es", "El guardia reconoció que el lunes cayó el muro.", ["muro"]),
]


@pytest.mark.parametrize(("lang", "text", "who"), WHO, ids=[case[1] for case in WHO])
def test_small_words_and_verbs_take_no_part(lang: str, text: str, who: list[str]) -> None:
    found = [participant.text for mention in dated(lang, text).values() for participant in mention.participants]
    assert found == who


def test_participles_take_part_where_they_are_nouns() -> None:
    assert naming("es").takes_part("250", "muertos")
    assert not naming("es").takes_part("reconoció", "reconoció")
    assert not naming("de").takes_part("warnt", "Kern")


def test_words_of_a_time_expression_name_no_event_in_any_language() -> None:
    assert "quinta-feira" not in dated("pt", "O juiz voltou nesta quinta-feira.")
    assert dated("pt", "O juiz voltou nesta quinta-feira.")


@pytest.mark.parametrize(
    ("lang", "word", "is_participle"),
    [
        ("de", "aufgegeben", True),
        ("de", "verhaftet", True),
        ("de", "eigenen", False),
        ("de", "morgen", False),
        ("es", "roto", True),
        ("es", "moto", False),
        ("fr", "donné", False),
    ],
)
def test_participles(lang: str, word: str, is_participle: bool) -> None:
    assert naming(lang).participle(word) is is_participle
