"""A spaCy pipeline plugged in by ``--spacy``: a tiny one that is trained here on the sentences below, and parses written by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from timeline import events
from timeline.events import who
from timeline.events.details import fill
from timeline.events.phrases import cut
from timeline.events.spacy_reader import roles, take
from timeline.events.tokens import tokenise
from timeline.events.trigger import find_triggers
from timeline.events.view import SentenceView
from timeline.events.words import who_words
from timeline.records import Article, Mention, Sentence
from timeline.settings import Settings
from timeline.store.pipeline_version import pipeline_version

ROOT = Path(__file__).resolve().parent.parent

# word:class:head:relation, and the entities of each sentence
TREEBANK = [
    (
        "The:DET:1:det miners:NOUN:5:nsubj the:DET:3:det guards:NOUN:4:nsubj arrested:VERB:1:acl:relcl left:VERB:5:ROOT "
        "the:DET:7:det valley:NOUN:5:obj on:ADP:9:case Wednesday:PROPN:5:obl .:PUNCT:5:punct",
        {},
    ),
    (
        "On:ADP:1:case Wednesday:PROPN:7:obl the:DET:3:det weavers:NOUN:7:nsubj the:DET:5:det miners:NOUN:6:nsubj "
        "trust:VERB:3:acl:relcl left:VERB:7:ROOT .:PUNCT:7:punct",
        {},
    ),
    (
        "From:ADP:2:case the:DET:2:det valley:NOUN:3:obl came:VERB:3:ROOT on:ADP:5:case Wednesday:PROPN:3:obl the:DET:7:det "
        "miners:NOUN:3:nsubj .:PUNCT:3:punct",
        {},
    ),
    (
        "Miners:NOUN:1:nsubj walked:VERB:1:ROOT on:ADP:3:case Wednesday:PROPN:1:obl from:ADP:5:case Sydney:PROPN:1:obl "
        ".:PUNCT:1:punct",
        {"Sydney": "PERSON"},
    ),
    (
        "On:ADP:1:case Wednesday:PROPN:4:obl the:DET:3:det bridge:NOUN:4:nsubj collapsed:VERB:4:ROOT near:ADP:6:case "
        "kolding:PROPN:4:obl .:PUNCT:4:punct",
        {"kolding": "GPE"},
    ),
]


def _example(nlp: Any, rows: str, entities: Mapping[str, str]) -> tuple[str, Any]:
    from spacy.tokens import Doc
    from spacy.training import Example

    split = [row.split(":", 3) for row in rows.split()]
    words = [row[0] for row in split]
    doc = Doc(
        nlp.vocab,
        words,
        spaces=[word != "." and following != "." for word, following in zip(words, [*words[1:], "."], strict=True)],
    )
    told = {
        "words": words,
        "pos": [row[1] for row in split],
        "heads": [int(row[2]) for row in split],
        "deps": [row[3] for row in split],
        "entities": [(doc.text.index(name), doc.text.index(name) + len(name), label) for name, label in entities.items()],
    }
    return doc.text, Example.from_dict(nlp.make_doc(doc.text), told)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Folders of a tiny pipeline, of all its parts and of one part each; it knows its sentences by heart."""
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    parts = {"tags": "morphologizer", "parse": "parser", "entities": "ner"}
    for part in parts.values():
        nlp.add_pipe(part, config={"min_action_freq": 1} if part == "parser" else {})
    examples = [_example(nlp, *sentence)[1] for sentence in TREEBANK]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer, drop=0.0)
    folder = tmp_path_factory.mktemp("pipelines")
    for name, part in parts.items():
        nlp.to_disk(folder / "all")
        spacy.load(folder / "all", exclude=[other for other in parts.values() if other != part]).to_disk(folder / name)
    return {name: folder / name for name in ("all", *parts)}


def _run(*flags: str) -> subprocess.CompletedProcess[str]:
    """``timeline extract`` over the sentences, each a document, and over one in a language that the pipeline is not for."""
    documents = [{"text": _plain(rows), "lang": "en"} for rows, _ in TREEBANK] + [
        {"text": "Am 3. Mai streikten Miners in Sydney.", "lang": "de"}
    ]
    lines = "\n".join(json.dumps(document | {"published": "2014-05-07"}) for document in documents)
    return subprocess.run(
        [sys.executable, "-m", "timeline", "extract", *flags], input=lines, capture_output=True, text=True, cwd=ROOT, check=False
    )


def _plain(rows: str) -> str:
    return " ".join(row.split(":")[0] for row in rows.split()).replace(" .", ".")


def _told(line: str) -> dict[str, tuple[str, list[str]]]:
    """Of each dated mention ``agents > patients``, and its places."""
    found = {}
    for mention in json.loads(line)["mentions"]:
        who = {role: [p["text"] for p in mention["participants"] if p["role"] == role] for role in ("agent", "patient")}
        found[mention["trigger"]] = (
            f"{'; '.join(who['agent'])} > {'; '.join(who['patient'])}",
            [p["text"] for p in mention["places"]],
        )
    return found


BY_RULES = [
    {"arrested": ("guards > miners", []), "left": ("miners > valley", [])},
    {"left": ("trust > ", [])},
    {"came": (" > miners", [])},
    {"walked": ("Miners > ", ["Sydney"])},
    {"collapsed": ("bridge > ", [])},
]
BY_SPACY: dict[str, dict[int, tuple[str, tuple[str, list[str]]]]] = {
    "tags": {1: ("left", ("weavers > ", []))},  # the verb "trust" is nobody
    "parse": {0: ("left", ("miners > valley", [])), 1: ("left", ("weavers > ", [])), 2: ("came", ("miners > ", []))},
    "entities": {3: ("walked", ("Miners > ", [])), 4: ("collapsed", ("bridge > ", ["kolding"]))},
}
BY_SPACY["all"] = BY_SPACY["tags"] | BY_SPACY["parse"] | BY_SPACY["entities"]


@pytest.fixture(scope="module")
def before() -> list[str]:
    return _run().stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("parts", BY_SPACY)
def test_each_part_of_a_pipeline_changes_what_it_is_asked_for(trained: Mapping[str, Path], before: list[str], parts: str) -> None:
    plugged = _run("--spacy", str(trained[parts]))
    assert (plugged.returncode, plugged.stderr) == (0, "")
    after = plugged.stdout.splitlines()
    for number, rules in enumerate(BY_RULES):
        assert rules.items() <= _told(before[number]).items()
        trigger, expected = BY_SPACY[parts].get(number, next(iter(rules.items())))
        assert _told(after[number])[trigger] == expected
    assert after[-1] == before[-1], "a document in another language than the pipeline's stays as it is"


def test_spacy_is_not_imported_unless_asked_for() -> None:
    code = "import sys, timeline; timeline.extract('Rebels left on Wednesday.', published='2014-05-07'); sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("command", [["extract"], ["build", "articles.jsonl", "--out", "out"]])
def test_a_pipeline_that_is_not_installed_is_said_in_one_line(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "articles.jsonl").write_text(json.dumps({"text": "Rebels left.", "published": "2014-05-07"}), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "timeline", *command, "--spacy", "no_such_pipeline"],
        input="",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert len(run.stderr.strip().splitlines()) == 1 and "no_such_pipeline" in run.stderr and "Traceback" not in run.stderr
    assert not (tmp_path / "out").exists()


def test_spacy_that_is_not_installed_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(ValueError, match=r"^--spacy any_name: spaCy is not installed [^\n]+$"):
        events.check(Settings(spacy="any_name"))


def test_a_pipeline_in_a_folder_counts_by_what_it_holds(tmp_path: Path) -> None:
    versions = set()
    for content in ("one", "other"):
        (tmp_path / "weights").write_text(content, encoding="utf-8")
        pipeline_version.cache_clear()
        versions.add(pipeline_version(str(tmp_path)))
    assert len(versions) == 2


def _view(rows: str) -> SentenceView:
    """A sentence with its parse; ``*`` before a word names an event."""
    split = [row.split(":", 3) for row in rows.split()]
    text = " ".join(row[0].lstrip("*") for row in split)
    tokens = tokenise(text)
    heads = [-1 if int(row[2]) == i else int(row[2]) for i, row in enumerate(split)]
    view = SentenceView(
        Sentence(0, len(text), "body"), tokens, [row[1] for row in split], heads=heads, relations=[row[3] for row in split]
    )
    for i, row in enumerate(split):
        if row[0].startswith("*"):
            view.triggers.append(i)
            view.mentions.append(Mention(tokens.starts[i], tokens.ends[i], tokens.words[i], (0, len(text)), tense="PAST"))
    return view


PARSES = [
    (
        "ClearNLP, passive",
        "Miners:NOUN:2:nsubjpass were:AUX:2:auxpass *freed:VERB:2:ROOT by:ADP:2:agent guards:NOUN:3:pobj",
        "freed",
        "guards > Miners",
    ),
    (
        "Universal Dependencies, passive",
        "Miners:NOUN:2:nsubj:pass were:AUX:2:aux:pass *freed:VERB:2:ROOT by:ADP:4:case guards:NOUN:2:obl:agent",
        "freed",
        "guards > Miners",
    ),
    (
        "both sides coordinated",
        "Guards:NOUN:3:nsubj and:CCONJ:2:cc miners:NOUN:0:conj *met:VERB:3:ROOT judges:NOUN:3:dobj and:CCONJ:6:cc "
        "envoys:NOUN:4:conj",
        "met",
        "Guards; miners > judges; envoys",
    ),
    (
        "subject shared by joined verbs",
        "Guards:NOUN:1:nsubj stopped:VERB:1:ROOT and:CCONJ:3:cc *freed:VERB:1:conj miners:NOUN:3:obj",
        "freed",
        "Guards > miners",
    ),
    (
        "object governs an infinitive",
        "Guards:NOUN:1:nsubj forced:VERB:1:ROOT miners:NOUN:1:obj to:PART:4:mark *leave:VERB:1:xcomp",
        "leave",
        "miners > ",
    ),
    (
        "relative clause",
        "Miners:NOUN:4:nsubj who:PRON:2:nsubj *left:VERB:0:relcl were:AUX:4:aux *resting:VERB:4:ROOT",
        "left",
        "Miners > ",
    ),
    (
        "labels of another scheme say nothing",
        "Guards:NOUN:1:sb *freed:VERB:1:ROOT miners:NOUN:1:oa",
        "freed",
        "Guards > miners",
    ),
]


@pytest.mark.parametrize(("name", "rows", "trigger", "expected"), PARSES, ids=[case[0] for case in PARSES])
def test_roles_by_parse(name: str, rows: str, trigger: str, expected: str) -> None:
    del name
    view, words = _view(rows), who_words("en")
    assert words is not None
    phrases = cut(view, [], words, frozenset(), frozenset())
    found = roles(view, phrases, who.roles(phrases, view.tokens, words))
    taking = found[[mention.trigger for mention in view.mentions].index(trigger)]
    told = {role: [view.tokens.words[phrase.head] for phrase, its in taking if its == role] for role in ("agent", "patient")}
    assert f"{'; '.join(told['agent'])} > {'; '.join(told['patient'])}" == expected


def test_a_verb_by_its_class_names_the_event_where_a_language_has_no_learned_reader() -> None:
    text = "La nave urta il pontile."
    triggers = []
    for tags in (["X"] * 6, ["DET", "NOUN", "VERB", "DET", "NOUN", "PUNCT"]):
        view = SentenceView(Sentence(0, len(text), "body"), tokenise(text), tags, timexes=[0])
        find_triggers([view], "it", None)
        triggers.append(view.mentions[0].trigger)
    assert triggers == ["pontile", "urta"]


def test_a_verb_by_its_class_has_places_where_a_language_has_no_words_for_people() -> None:
    text = "La nave lascia Palermo."
    view = SentenceView(Sentence(0, len(text), "body"), tokenise(text), ["DET", "NOUN", "VERB", "PROPN", "PUNCT"], triggers=[2])
    view.mentions = [Mention(8, 14, "lascia", (0, len(text)))]
    fill(Article("a", text, lang="it"), [view], [])
    assert [place.text for place in view.mentions[0].places] == ["Palermo"]


def test_tokens_are_aligned_by_their_characters() -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    text = "Title.  Bashar al-Assad can't go 5km."
    view = SentenceView(Sentence(8, len(text), "body"), tokenise(text).slice(2, len(tokenise(text))), [])
    view.tags = ["X"] * len(view.tokens)
    doc = spacy.tokens.Doc(
        spacy.blank("en").vocab,
        "Bashar al - Assad ca n't go 5 km .".split(),
        spaces=[True, False, False, True, False, True, True, False, False, False],
        pos=["PROPN", "PROPN", "PUNCT", "PROPN", "AUX", "PART", "VERB", "NUM", "NOUN", "PUNCT"],
        heads=[3, 3, 3, 6, 6, 6, 6, 8, 6, 6],
        deps=["compound", "compound", "punct", "nsubj", "aux", "neg", "ROOT", "nummod", "obj", "punct"],
        ents=["B-PERSON", "I-PERSON", "I-PERSON", "I-PERSON", "O", "O", "O", "O", "O", "O"],
    )
    take(view, doc)
    told = list(zip(view.tokens.words, view.tags, view.relations, view.heads, strict=True))
    assert told == [
        ("Bashar", "PROPN", "compound", 1),
        ("al-Assad", "PROPN", "nsubj", 4),
        ("ca", "AUX", "aux", 4),
        ("n't", "PART", "neg", 4),
        ("go", "VERB", "ROOT", -1),
        ("5km", "NOUN", "obj", 4),
        (".", "PUNCT", "punct", 4),
    ]
    assert [(entity.kind, text[entity.start : entity.end]) for entity in view.entities] == [("person", "Bashar al-Assad")]
