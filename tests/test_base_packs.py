"""The base packs: generated from dateparser's locale data, and each locale's words found and valued by the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain

import pytest

from timeline.language import compile as compiler
from timeline.language import split
from timeline.language.base import base_locales, base_pack, locale_of
from timeline.language.files import PACKS
from timeline.language.packs import time_pack_from
from timeline.language.table import language_table
from timeline.records import Article, Published
from timeline.timex import recognise, resolve
from timeline.timex.grammar import Grammar

DAY = date(2014, 5, 7)  # a Wednesday
AGO = {"day": "2014-05-04", "week": "2014-W16", "month": "2014-02", "year": "2011"}


def test_the_file_is_what_the_compiler_makes() -> None:
    assert compiler.encode(compiler.base_packs()) == compiler.BASE.read_bytes()


def test_every_locale_of_dateparser_has_a_pack() -> None:
    assert base_locales() == compiler.locale_names()
    assert len(base_locales()) == 205


@pytest.mark.parametrize(
    ("lang", "locale"), [("pt-BR", "pt"), ("no", "nb"), ("zh_TW", "zh-Hant"), ("iw", "he"), ("xx", None), ("sr-Latn", "sr-Latn")]
)
def test_locale_of(lang: str, locale: str | None) -> None:
    assert locale_of(lang) == locale


def written(order: str, day: int, month: str, year: int) -> str:
    return {"dmy": f"{day} {month} {year}", "mdy": f"{month} {day}, {year}", "ymd": f"{year} {month} {day}"}[order]


def cases(pack: dict) -> Iterator[tuple[str, str]]:
    """``(text, value)`` for every word of a pack that names a date, as far as the data reaches."""
    words = pack["words"]
    for number, names in words["month"].items():
        for name in names:
            yield written(pack["settings"]["order"], 17, name, 2011), f"2011-{int(number):02d}-17"
            yield (f"2011 {name}" if pack["settings"]["order"] == "ymd" else f"{name} 2011"), f"2011-{int(number):02d}"
    for number, names in words.get("weekday", {}).items():
        back = (DAY.isoweekday() - int(number)) % 7
        for name in names:
            yield name, (DAY - timedelta(days=back)).isoformat()
    for shift, names in words.get("dayword", {}).items():
        if "=" in shift:  # a day with a part of day
            continue
        for name in names:
            yield name, (DAY + timedelta(days=int(shift))).isoformat()
    for pre in words.get("ago_pre", {}).get("x", ())[:1]:
        yield from ((f"{pre} 3 {form}", AGO[unit]) for unit, forms in words["ago_with"].items() if unit in AGO for form in forms)
    for unit, forms in words.get("ago_alone", {}).items():
        yield from ((f"3 {form}", AGO[unit]) for form in forms if unit in AGO)
    marks = words.get("ago_mark", {}).get("x", [""])
    yield from (
        (f"{form} 3 {marks[0]}".strip(), AGO[unit])
        for unit, forms in words.get("ago_unit", {}).items()
        if unit in AGO
        for form in forms
    )


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], list[tuple[str, str]]]:
    """``ask(locale, text)``: spans and values by the base pack of a locale, also where a hand-written pack would serve it."""
    grammars: dict[str, Grammar] = {}
    monkeypatch.setattr("timeline.timex.recognition.grammar_for", lambda lang: grammars[lang])
    published = Published(datetime(DAY.year, DAY.month, DAY.day))

    def answer(locale: str, text: str) -> list[tuple[str, str]]:
        name = f"base-{locale}"
        if name not in grammars:
            pack = base_pack(locale)
            assert pack is not None
            grammars[name] = Grammar(time_pack_from(name, pack))
        sentences = split(text, locale)
        timexes, _ = resolve(recognise(text, sentences, name), Article("x", text, lang=name, published=published))
        return [(timex.text, timex.value) for timex in timexes]

    return answer


@pytest.mark.parametrize("locale", base_locales())
def test_words_of_a_locale_are_found_and_valued(locale: str, ask: Callable[[str, str], list[tuple[str, str]]]) -> None:
    pack = base_pack(locale)
    assert pack is not None
    wrong = [(text, value, found) for text, value in cases(pack) if (found := ask(locale, text)) != [(text, value)]]
    assert not wrong, f"{len(wrong)}: {wrong[:8]}"


@pytest.mark.parametrize("locale", base_locales())
def test_a_word_of_a_pack_names_one_thing(locale: str) -> None:
    pack = base_pack(locale)
    assert pack is not None
    for names in (("month", "month_abbr", "weekday", "weekday_abbr"), ("dayword",), ("unit",)):
        owners: dict[str, set[tuple[str, str]]] = {}
        for name in names:
            for value, words in pack["words"].get(name, {}).items():
                for word in words:
                    owners.setdefault(word.lower(), set()).add((name.partition("_")[0], value))
        assert not {word: owner for word, owner in owners.items() if len(owner) > 1}


# Written by hand, with words around them: what the generated cases above cannot show.
SENTENCES = [
    ("sv", "Han kom den [3 maj 2011] och [igår], [för 3 år sedan].", "2011-05-03 2014-05-06 2011"),
    ("da", "Mødet var [mandag] og [i går], [for 3 år siden].", "2014-05-05 2014-05-06 2011"),
    ("fi", "Se alkoi [3. toukokuuta 2011] ja [eilen], [3 päivää sitten].", "2011-05-03 2014-05-06 2014-05-04"),
    ("ru", "Он родился [3 мая 2011 года], [вчера], [3 дня назад], [в прошлом году].", "2011-05-03 2014-05-06 2014-05-04 2013"),
    ("pl", "Przyjechał [3 maja 2011 r.], [wczoraj].", "2011-05-03 2014-05-06"),
    ("tr", "Toplantı [3 Mayıs 2011] günü, [dün] ve [geçen yıl] oldu.", "2011-05-03 2014-05-06 2013"),
    ("hu", "A ház [2011. május 3.] óta, [tegnap], [3 nappal ezelőtt].", "2011-05-03 2014-05-06 2014-05-04"),
    ("id", "Ia datang [3 Mei 2011], [kemarin], [3 hari yang lalu], [minggu lalu].", "2011-05-03 2014-05-06 2014-05-04 2014-W18"),
    ("vi", "Ông đến ngày [3 tháng 5 năm 2011], [hôm qua], [3 ngày trước].", "2011-05-03 2014-05-06 2014-05-04"),
    ("sw", "Alifika [3 Mei 2011], [jana], [siku 3 zilizopita].", "2011-05-03 2014-05-06 2014-05-04"),
    ("ar", "وصل [٣ مايو ٢٠١١] ثم [أمس] و [قبل 3 سنوات].", "2011-05-03 2014-05-06 2011"),
    ("he", "הוא הגיע [3 במאי 2011], [אתמול], [לפני 3 ימים].", "2011-05-03 2014-05-06 2014-05-04"),
    ("hi", "वह [3 मई 2011] को और [3 दिन पहले] आया।", "2011-05-03 2014-05-04"),
    ("th", "เขามาเมื่อ[3 พฤษภาคม 2014] และ[เมื่อวาน] [ปีที่แล้ว]", "2014-05-03 2014-05-06 2013"),
    ("zh", "他于[2014年5月3日]来了，[3天前]，[昨天]，[去年]，[星期一]。", "2014-05-03 2014-05-04 2014-05-06 2013 2014-05-05"),
    ("ja", "彼は[2014年5月3日]に来た。[3日前]、[昨日]、[月曜日]。", "2014-05-03 2014-05-04 2014-05-06 2014-05-05"),
    ("ko", "그는 [2014년 5월 3일]에 왔다. [3일 전], [어제], [월요일]에.", "2014-05-03 2014-05-04 2014-05-06 2014-05-05"),
    ("vi", "Từ ngày [23/4], tỷ lệ 3/4, [thứ hai (5/5)].", "2014-04-23 2014-05-05"),
    ("zh", "他[5月3日下午]来了，[6日凌晨]走了，[4月份]。", "2014-05-03TAF 2014-05-06TMO 2014-04"),
    ("ru", "[Пару дней назад], [4 мая утром]. [Ранее] сообщалось.", "PAST_REF 2014-05-04TMO PAST_REF"),
    ("nb", "Dømt til [22 år]. Han påpekte på møtet [torsdag] at de vil øke.", "P22Y 2014-05-01"),
    ("sv", "För bara [två veckor sedan] kom han; inom [10-20 år].", "2014-W17 P20Y"),
    ("pl", "Prezydent podpisał umowę w [czwartek] i będzie w Rzymie.", "2014-05-01"),
    ("tr", "Bakan [perşembe] günü Ankara'ya gidecek.", "2014-05-08"),
    ("tr", "Bakan [perşembe] günü Ankara'da konuştu.", "2014-05-01"),
    ("ar", "قال [اليوم الاربعاء] إن اللقاء في [3 غشت 2011].", "2014-05-07 2011-08-03"),
    ("ja", "気象庁は[6日]、[午後9時19分]ごろ、[3時間]。[5日午前8時半]に。", "2014-05-06 2014-05-06T21:19 PT3H 2014-05-05T08:30"),
    ("zh", "[昨日下午3点半]，[5月3日上午9时30分]，[3个小时]。3点意见。", "2014-05-06T15:30 2014-05-03T09:30 PT3H"),
    ("ko", "[6일 오후 3시 30분]에, [3시간] 동안, [밤 9시].", "2014-05-06T15:30 PT3H 2014-05-06T21:00"),
    ("zh", "[去年5月]、[今年5月3日]、[上月15日]，[本月8日]。", "2013-05 2014-05-03 2014-04-15 2014-05-08"),
    ("tr", "[13 Mayıs 2014 Salı] günü, [4 Mayıs Pazar] günü.", "2014-05-13 2014-05-04"),
    ("ja", "約1億2000万円、2000人、[2010年]。", "2010"),
    ("ru", "До чёрной пятницы далеко, он приехал в [пятницу].", "2014-05-02"),
    ("zh", "航程2000海里，约2000人，[2010年]。", "2010"),
    ("ja", "[昨年11月]と[来年1月]、[今月8日]。", "2013-11 2015-01 2014-05-08"),
    ("ko", "[지난해 11월]에, [올해 3월]에.", "2013-11 2014-03"),
    ("sv", "[I vintras] och [i somras], [i fjol].", "2013-WI 2013-SU 2013"),
    (
        "ru",
        "Почти 2000 человек, около 2000 рублей, в [начале 1960-х], в [2000 году], в возрасте 34-х лет, до [2013] г.",
        "196 2000 2013",
    ),
    ("tr", "Her geçen gün artıyor, 2000 kişi geldi; [geçen gün] geldi.", "2014-05-06"),
    ("vi", "Người chồng thứ hai, lớn thứ ba thế giới, sáng [thứ hai].", "2014-05-05"),
    ("de", "Die Frau kam [gestern], so wie sie war.", "2014-05-06"),
    ("fr", "Il dit que la mer est belle, sept ans, mais [hier] non.", "2014-05-06"),
    ("gl", "A súa nai di que o mar está bravo.", ""),
    ("it", "Il mare e il sole, dom Pedro e la mer bleu.", ""),
    ("cs", "Po obědě šel do lesa a pak st. Jan.", ""),
    (
        "ru",
        "В [марте 2017 года] он приехал. [Пять лет назад], [80 лет назад], [несколько дней назад]. В [прошлый понедельник], [летом 2010 года], [вчера вечером]. В [начале мая]. В [третьем квартале 2013 года]. В [XX веке]. С [3] по [5 мая]. [Каждый понедельник].",
        "2017-03 2009 1934 PAST_REF 2014-05-05 2010-SU 2014-05-06TEV 2014-05 2013-Q3 19 2014-05-03 2014-05-05 XXXX-WXX-1",
    ),
    (
        "pl",
        "W [marcu 2017 r.] przyjechał. [Pięć lat temu], [kilka dni temu]. W [zeszły poniedziałek], [latem 2010 roku], [wczoraj wieczorem]. Na [początku maja]. W [trzecim kwartale 2013 r.] W [XX wieku]. Od [3] do [5 maja]. W [poniedziałek].",
        "2017-03 2009 PAST_REF 2014-05-05 2010-SU 2014-05-06TEV 2014-05 2013-Q3 19 2014-05-03 2014-05-05 2014-05-05",
    ),
    (
        "cs",
        "V [březnu 2017] přijel. [Před pěti lety], [před několika dny]. [Minulé pondělí], v [létě 2010], [včera večer]. Na [začátku května]. [Každý den]. [3. května 2011].",
        "2017-03 2009 PAST_REF 2014-05-05 2010-SU 2014-05-06TEV 2014-05 P1D 2011-05-03",
    ),
    (
        "sv",
        "I [mars 2017] kom han. [För fem år sedan], [för några dagar sedan]. [Förra måndagen], [sommaren 2010], [i går kväll]. I [början av maj]. Under [tredje kvartalet 2013]. [Varje dag].",
        "2017-03 2009 PAST_REF 2014-05-05 2010-SU 2014-05-06TEV 2014-05 2013-Q3 P1D",
    ),
    (
        "da",
        "I [marts 2017] kom han. [For fem år siden], [for nogle dage siden]. [Sidste mandag], [sommeren 2010], [i går aftes]. [Hver dag]. Den [3. maj 2011].",
        "2017-03 2009 PAST_REF 2014-05-05 2010-SU 2014-05-06TEV P1D 2011-05-03",
    ),
    (
        "hu",
        "[2017 márciusában] érkezett. [Öt évvel ezelőtt]. [Múlt hétfőn], [tavaly], [jövőre]. [2011. május 3]-án.",
        "2017-03 2009 2014-05-05 2013 2015 2011-05-03",
    ),
    (
        "tr",
        "[Mart 2017]'de geldi. [Beş yıl önce], [birkaç gün önce]. [Geçen pazartesi], [2010 yılında], [dün akşam]. [Her gün].",
        "2017-03 2009 PAST_REF 2014-05-05 2010 2014-05-06TEV P1D",
    ),
    (
        "ro",
        "În [martie 2017] a venit. [Acum cinci ani], [în urmă cu trei zile], cu [câteva luni în urmă]. [Lunea trecută], [vara trecută], în [vara anului 2010], [ieri seară]. La [începutul lunii mai]. În [secolul XX]. În [anii 80]. [3 mai 2011].",
        "2017-03 2009 2014-05-04 PAST_REF 2014-05-05 2013-SU 2010-SU 2014-05-06TEV 2014-05 19 198 2011-05-03",
    ),
    (
        "ca",
        "El [3 de maig de 2011] va arribar. [Fa cinc anys], [fa tres dies]. [Dilluns passat], [l'any passat], [la setmana vinent], [ahir]. A [principis de maig]. El [segle XX]. [Els anys 80]. [Cada dia]. L'[estiu de 2010].",
        "2011-05-03 2009 2014-05-04 2014-05-05 2013 2014-W20 2014-05-06 2014-05 19 198 P1D 2010-SU",
    ),
    (
        "zh",
        "[2017年3月]他来了。[五年前]，[三天前]，[几天前]。[上个月]，[去年]，[昨天晚上]，[星期一]。[上世纪][90年代]。[20世纪]。[第三季度]。[27日]，他说。[5月3日]至[5日]。[近日]。",
        "2017-03 2009 2014-05-04 PAST_REF 2014-04 2013 2014-05-06TEV 2014-05-05 19 199 19 2014-Q3 2014-04-27 2014-05-03 2014-05-05 PAST_REF",
    ),
    (
        "ja",
        "[2017年3月]に来た。[5年前]、[三日前]。[先月]、[去年]、[昨日]、[月曜日]。[1990年代]。[20世紀]。[27日]、彼は語った。[5月3日]から[5日]まで。[現在]。",
        "2017-03 2009 2014-05-04 2014-04 2013 2014-05-06 2014-05-05 199 19 2014-04-27 2014-05-03 2014-05-05 PRESENT_REF",
    ),
    (
        "ko",
        "[2017년 3월]에 왔다. [5년 전], [3일 전]. [지난달], [작년], [어제 저녁], [월요일]. [1990년대]. [20세기]. [27일] 밝혔다. [최근].",
        "2017-03 2009 2014-05-04 2014-04 2013 2014-05-06TEV 2014-05-05 199 19 2014-04-27 PAST_REF",
    ),
    (
        "vi",
        "[Tháng 3 năm 2017] ông đến. [Năm năm trước], [vài ngày trước]. [Tháng trước], [năm ngoái], [tối qua]. [Thế kỷ XX]. [Hiện nay]. [Cuối tháng 5].",
        "2017-03 2009 PAST_REF 2014-04 2013 2014-05-06TEV 19 PRESENT_REF 2014-05",
    ),
    (
        "ar",
        "في [مارس 2017] وصل. [قبل خمس سنوات]، قبل أيام. [الشهر الماضي]، [العام الماضي]، [أمس]. [القرن الماضي]. [27 مايو]. حتى نهاية [عام 2019]. [كل يوم].",
        "2017-03 2009 2014-04 2013 2014-05-06 19 2014-05-27 2019 P1D",
    ),
    (
        "id",
        "Pada [Maret 2017] ia datang. [Lima tahun lalu], [beberapa hari lalu]. [Senin lalu], [tahun lalu], [kemarin malam]. [Awal Mei]. [Setiap hari]. [Abad ke-20].",
        "2017-03 2009 PAST_REF 2014-05-05 2013 2014-05-06TNI 2014-05 P1D 19",
    ),
    (
        "el",
        "Τον [Μάρτιο του 2017] ήρθε. [Πριν από πέντε χρόνια], [πριν τρεις ημέρες]. Την [περασμένη Δευτέρα], [χθες]. [3 Μαΐου 2011].",
        "2017-03 2009 2014-05-04 2014-05-05 2014-05-06 2011-05-03",
    ),
    (
        "he",
        "[במרץ 2017] הוא הגיע. [לפני חמש שנים], [לפני שלושה ימים]. [השנה שעברה], [אתמול].",
        "2017-03 2009 2014-05-04 2013 2014-05-06",
    ),
    ("vi", "Liều thứ hai tốt hơn liều thứ ba.", ""),
    ("vi", "Ông đến hôm [thứ hai].", "2014-05-05"),
    ("vi", "Giải [2013]. Gọi 0912 1975 345, 3936 1998, 1900 6789, hotline: 2014.", "2013"),
]


@pytest.mark.parametrize(("locale", "marked", "values"), SENTENCES, ids=lambda value: value[:24])
def test_sentences(locale: str, marked: str, values: str, ask: Callable[[str, str], list[tuple[str, str]]]) -> None:
    spans = re.findall(r"\[([^\[\]]+)\]", marked)
    assert ask(locale, marked.replace("[", "").replace("]", "")) == list(zip(spans, values.split(), strict=True))


def test_the_language_table_names_each_locale_once_and_each_subject_of_packs() -> None:
    locales, packs = (part.splitlines()[2:] for part in language_table().split("\n\nHand-written packs:\n\n"))
    rows = {cells: names.split(", ") for row in locales for cells, names in [row.strip("| ").rsplit(" | ", 1)]}
    assert sorted(chain.from_iterable(rows.values())) == base_locales()
    assert "de" in rows["12 | 7 | yes | yes | yes | yes | yes | dmy"]
    subjects = {path.stem for path in PACKS.glob("*/*.toml")} - {"locale"}
    assert len(packs) == len(subjects)
