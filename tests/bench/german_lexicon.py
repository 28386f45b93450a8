"""Makes `index/analysis/data/de_compounds.txt.gz` from simplemma's German word list.

    python tests/bench/german_lexicon.py

Every noun of the list that can be read as modifier and head counts for both, shared over its
readings by expectation maximisation: the more compounds a form is part of, the likelier it is the
part of another. Inflected heads count half. A modifier may stand for another word ("schul":
"schule"). The lists below are readings that a dictionary allows and a reader would not.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from simplemma.strategies import DefaultDictionaryFactory


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Prefixes, particles and beginnings of other words: no modifiers.
NO_MODIFIERS = _listed(
    """
ab all alle aller als an auf aufs aus be bei besch best bet bevor bis branden contre da dar
daran das davon de dein dem den der des die dis dort du durch dussel ein eine einen einer eins
elektro empor ent entgegen entlang er es euer finne fort gar ge gegen gen genie ger gest gotte
gros har heidel heim her herab heraus herse herum herunter hervor hier hin hinaus hint hinter
hinzu ich ihr in inter je kap kar kat kata kein kol kom komi kon kontre kor lein leite ler lie
liter los man mar mein miss mit nach neben nicht nieder ob pan par per pol pre pro prä psych
quad ran re rie russ rück rücken sch schi schied schoko sein sie so sondern statt ster tel tran
tri um umher un unser unter ur ver verb vers vor voran voraus vorbei vors vorwärts was weg weit
weiter wider wie wir zer zu zurück zusammen zwischen über überein übern übers
"""
)
# Suffixes and ends of other words: no heads.
NO_HEADS = _listed(
    """
ade affen ale anders ante anz arische artige ate bar bare ben ber bruck brücken burger chen cher
dung ehen ei eiden eilen eisen ellen eln en enten enz er ergehen erin erl ern erne esse este
ette fache faches fertigung formation furt fügen genosse ger graf grafie graph graphie gräfin
gültige haft hausen heit holen holm ide ier iere ierte iker in ine iner inne innen ion ione isch
ismus ist ität keit ken knecht lande lange lation legen lein ler lerin liche lige ligen ling log
loge logie login logische los lose lunge lungen meier nation nehmen ner nerin nis nische niste
onen per ration rauch raucher rechen rei reibung reiten ren rennen rich riff rige rin ringen
rinne sam same sch schaft sche sel sen staben stellen ster sterin strophe ständige tand tation
tees teigen tein tel tele teller ter terin tieren tige tion tische trasse tum tät ung ur weise
wendigkeit werden werfer zen zer zugen
"""
)
# Of the words of three letters, those that really form compounds.
SHORT_HEADS = _listed(
    """
abo akt amt arm art axt bad bau box bus bär ehe ei eis erz fan gas gut hai hof hub hut job kuh
kur lot mut not ohr ort pol rad rat reh ruf see ski tag tal tat tee tod ton tor typ tür uhr uni
wal weg wut zug öl
"""
)
SHORT_MODIFIERS = _listed(
    """
aal abo akt alp alt amt arm art asyl bad bar bau bio box bus dom ehe ei eid eis end erd erz fan
gas gut heu hof hut job klo kuh kur lok mai mut neu not ohr ort ost pop rad rat reh roh rom rot
sau see sex ski süd tag tal tat tee tod ton top tor tür uhr uni wal web weg wut zoo zug öko öl
"""
)
# Short infinitives that are heads as nouns.
VERBAL_HEADS = _listed(
    """
abenden beben boden bremsen denken ende essen faden fahren fischen fristen garten hafen kisten
kosten kästen können küsten lachen laufen leben liegen listen morgen norden orden osten pfosten
posten rasen regen rennen schreiben schwimmen segen sehen sterben süden tischen treffen wagen
waren wesen westen wissen wochenenden zeichen
"""
)
DATA = Path(__file__).parents[2] / "index" / "analysis" / "data"
_ROUNDS = 6
_FREQUENT = 2.5
_ONCE = 0.9
_LONG = 6
_WORD = re.compile("[A-Za-zäöüÄÖÜß][a-zäöüß]+")
_ADJECTIVAL = re.compile("(ste|ende|ere|te|ene|nde|ische|liche|ige|bare|same|lose|iere|innen)$")


@dataclass(frozen=True)
class WordList:
    """Lower case, ß as ss: noun forms and other forms with their lemmas."""

    nouns: dict[str, str]
    others: dict[str, str]
    lemmas: frozenset[str]
    other_lemmas: frozenset[str]

    @classmethod
    def read(cls) -> "WordList":
        """simplemma's German list; nouns are what it writes with a capital."""
        nouns: dict[str, str] = {}
        others: dict[str, str] = {}
        for form, lemma in DefaultDictionaryFactory().get_dictionary("de").items():
            if _WORD.fullmatch(form) and re.fullmatch("[A-Za-zäöüÄÖÜß]+", lemma):
                table = nouns if lemma[0].isupper() else others
                table.setdefault(_plain(form), _plain(lemma))
        lemmas = frozenset(nouns.values()) - {"gotte", "rechte"}
        nouns.update((lemma, lemma) for lemma in lemmas)
        # Plurals that are listed as infinitives in use as nouns ("Zahlen", "Arten").
        for verb in sorted(lemmas & set(others.values()) - VERBAL_HEADS):
            singular = next((one for one in (verb[:-2], verb[:-1]) if one in lemmas), None)
            if verb.endswith("en") and len(verb) <= _LONG and singular:
                nouns[verb] = singular
        # Mistaken for nouns of their own in the list.
        nouns.update(rechte="recht", rechten="recht", gottes="gott")
        nouns.pop("gotte", None)
        return cls(nouns, others, lemmas, frozenset(others.values()))

    def modifier(self, form: str) -> str | None:
        """The word that a form stands for as a modifier."""
        if form in NO_MODIFIERS or (len(form) < 4 and form not in SHORT_MODIFIERS):
            return None
        if form in self.lemmas or form in self.other_lemmas:
            return form
        unlinked = form[:-1] if form.endswith("s") and len(form) > 4 else ""
        if unlinked in self.lemmas:
            return unlinked
        listed = self.nouns.get(form)
        if listed and listed not in (f"{form}e", f"{unlinked}e", f"{form}en"):
            return form
        for noun in (f"{form}e", f"{unlinked}e"):
            if noun in self.lemmas:
                return noun
        return listed or self._verb(form)

    def _verb(self, stem: str) -> str | None:
        if len(stem) > 3:
            endings = ("en", "n") if stem.endswith(("el", "er")) else ("en",)
            for ending in endings:
                if stem + ending in self.other_lemmas:
                    return stem + ending
        return None

    def head(self, form: str) -> str | None:
        """The noun that a form is as a head."""
        lemma = self.nouns.get(form)
        is_short = len(form) < 4 and form not in SHORT_HEADS
        if is_short or form in NO_HEADS or lemma in NO_HEADS or self._is_no_noun(form, lemma):
            return None
        return lemma

    def _is_no_noun(self, form: str, lemma: str | None) -> bool:
        other = self.others.get(form)
        is_infinitive = other == form == lemma and form.endswith(("en", "ern", "eln"))
        if is_infinitive and len(form) <= _LONG:
            return form not in VERBAL_HEADS
        is_adjective = other is not None and other != form and not other.endswith("n")
        if is_adjective and lemma == form and len(form) < 8:
            return True
        participle = re.fullmatch("(.+)ende[nrsm]?", form)
        if participle and len(form) < 10 and f"{participle[1]}en" in self.other_lemmas:
            return True
        return bool(re.fullmatch("(.{0,2}ische[nsrm]?|eren|e?sten|ende[nsr])", form))

    def readings(self, noun: str) -> Iterator[tuple[str, str]]:
        """Every way to read a noun as modifier form and head lemma."""
        for middle in range(2, len(noun) - 1):
            form, head = noun[:middle], noun[middle:]
            if self.head(head) != head:
                continue
            modifier = self.modifier(form)
            is_genitive = len(form) > 4 and form.endswith("s") and modifier != form
            if head == "ende" and not (is_genitive or form == "wochen"):
                continue
            if modifier is not None:
                yield form, head


def _plain(word: str) -> str:
    return word.lower().replace("ß", "ss")


class Readings(Protocol):
    """What families are counted over."""

    @property
    def lemmas(self) -> frozenset[str]:
        """The nouns."""
        ...

    def readings(self, noun: str) -> Iterator[tuple[str, str]]:
        """Every way to read a noun as modifier form and head lemma."""
        ...


def count_families(words: Readings) -> tuple[Counter[str], Counter[str], set[str]]:
    """In how many compounds each form is modifier and each lemma head; and the simple nouns."""
    long = sorted(lemma for lemma in words.lemmas if len(lemma) >= _LONG)
    readings = {noun: found for noun in long if (found := list(words.readings(noun)))}
    modifiers: Counter[str] = Counter()
    heads: Counter[str] = Counter()
    for round_number in range(_ROUNDS + 1):
        before = (modifiers, heads)
        modifiers, heads = Counter(), Counter()
        for found in readings.values():
            weights = [
                before[0][form] * before[1][head] if round_number else 1 for form, head in found
            ]
            total = sum(weights) or 1
            for (form, head), weight in zip(found, weights, strict=True):
                modifiers[form] += weight / total  # type: ignore[assignment]
                heads[head] += weight / total  # type: ignore[assignment]
    return modifiers, heads, set(long) - readings.keys()


def table_of(words: WordList) -> tuple[Counter[str], Counter[str], dict[str, str]]:
    """Family sizes as modifier and as head, and the words that modifiers stand for."""
    modifiers, heads, simple = count_families(words)
    as_modifier = Counter({form: round(n) for form, n in modifiers.items() if n >= _FREQUENT})
    as_head = {lemma: round(n) for lemma, n in heads.items() if n >= _FREQUENT}
    for noun in sorted(simple - NO_HEADS):
        if not _ADJECTIVAL.search(noun):
            as_head.setdefault(noun, 1)
            as_modifier.setdefault(noun, 1)
            if not noun.endswith(("s", "e", "en")):
                as_modifier.setdefault(f"{noun}s", 1)
    for form, n in modifiers.items():
        if n >= _ONCE and len(form) >= 5 and (form[:-1] in simple or f"{form}e" in simple):
            as_modifier.setdefault(form, 1)
    inflected: Counter[str] = Counter()
    for form, lemma in words.nouns.items():
        if lemma in as_head and form not in NO_HEADS and (form == lemma or words.head(form)):
            inflected[form] = as_head[lemma] * (1 if form == lemma else 0.5)  # type: ignore[assignment]
    citations = {form: words.modifier(form) or form for form in as_modifier}
    return as_modifier, inflected, {form: word for form, word in citations.items() if word != form}


def write_table(
    path: Path,
    modifiers: Mapping[str, float],
    heads: Mapping[str, float],
    citations: Mapping[str, str],
) -> None:
    """Write a lexicon as `index.analysis.compound_lexicon` reads it."""
    forms = sorted(modifiers.keys() | heads.keys())
    columns = [
        forms,
        [f"{modifiers.get(form, 0):g}" for form in forms],
        [f"{heads.get(form, 0):g}" for form in forms],
        [citations.get(form, "") for form in forms],
    ]
    lines = (" ".join(column) for column in columns)
    path.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


if __name__ == "__main__":
    write_table(DATA / "de_compounds.txt.gz", *table_of(WordList.read()))
