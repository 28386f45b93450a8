"""Makes the compound lexicons of Dutch, Swedish, Danish and Norwegian from simplemma's word lists.

    python tests/bench/northern_lexicons.py [nl|sv|da|no …]

As german_lexicon.py, which counts the families; but these lists do not mark nouns, so a lemma is a
noun if its forms are those of one. The lists below are readings that a dictionary allows and a
reader would not.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from german_lexicon import count_families, write_table
from simplemma.strategies import DefaultDictionaryFactory

SIMPLEMMA = {"no": "nb"}
DATA = Path(__file__).parents[2] / "index" / "analysis" / "data"
_WORD = re.compile(r"[^\W\d_]+")
_FREQUENT = 2.5
_SIMPLE_IS_SEEN = 1
# These lists hold about half as many compounds as the German one, for the same thresholds.
_SCALE = 2
_STEM = 4


def _dutch_noun(lemma: str, forms: frozenset[str]) -> bool:
    """Nouns have a diminutive or a plural, and no present participle or comparative."""
    is_verb = f"{lemma}d" in forms and lemma.endswith(("en", "n"))
    small = any(form.endswith(("je", "jes")) and form[:2] == lemma[:2] for form in forms)
    is_mass = len(forms) == 1 and len(lemma) > 3
    plural = bool({f"{lemma}en", f"{lemma}s", f"{lemma}'s"} & forms)
    return not is_verb and (small or plural or is_mass)


def _swedish_noun(lemma: str, forms: frozenset[str]) -> bool:
    """Nouns have a definite form with a genitive."""
    definite = [f"{lemma}en", f"{lemma}et", f"{lemma}n", f"{lemma[:-1]}et", f"{lemma}t"]
    if lemma.endswith(("el", "en", "er")):
        definite += [f"{lemma[:-2]}{lemma[-1]}en", f"{lemma[:-2]}{lemma[-1]}et"]
    plural = any(form.endswith(("rna", "erna", "arna", "orna")) for form in forms)
    is_verb = f"{lemma}de" in forms or (f"{lemma}s" in forms and f"{lemma[:-1]}er" in forms)
    found = any(f"{form}s" in forms for form in definite if form in forms)
    return (found or plural) and not (is_verb and not plural)


def _danish_noun(lemma: str, forms: frozenset[str]) -> bool:
    """Nouns have a definite plural; those without -e at least a definite singular."""
    if lemma.endswith("e"):
        return bool({f"{lemma}ne", f"{lemma}rne"} & forms)
    definite = {f"{lemma}en", f"{lemma}et", f"{lemma}{lemma[-1]}en", f"{lemma}{lemma[-1]}et"}
    return bool(definite & forms) or any(form.endswith(("ene", "erne")) for form in forms)


@dataclass(frozen=True)
class Language:
    """How a language's nouns are joined; `short` are the words of three letters that take part."""

    is_noun: Callable[[str, frozenset[str]], bool]
    links: tuple[str, ...]
    dropped: tuple[str, ...]
    verb_endings: tuple[str, ...]
    short: str
    no_modifiers: str
    no_heads: str
    changed: Mapping[str, str] = field(default_factory=dict)
    """A modifier's last letter by that of the noun ("gatu": "gata")."""


_NORDIC_SHORT = """
by hav land vej vei veg sø sjø tog bil båd båt bus buss hus ben bok bog dag dal dam dyr egg eie ek
fly far fot fod gas glas guld gull hal hår ild jul jord jur kap kor kul krig køb lag lam lov lån
løn løp løb lyd lys malm mat mad mål mor mus nat net nød ord ost pil pris rad råd rom rum rør sag
sak salt sang skib skip sol sti syn søm tag tak tal tid to tre træ tv tøj tur uge uke vand vann
vin ved æg øl øre øje valg vagt vakt vår vær værk verk leg leik lek liv sex
"""
LANGUAGES = {
    "nl": Language(
        _dutch_noun,
        links=("s", "en", "n", "e", "er"),
        dropped=("e",),
        verb_endings=("en", "n"),
        short="""
        arm bad bal ban bed bek bel bom bon bos box bus cel dag dak dam das dek dij dom dop ei eed
        fan gas gat gif god haar hal hek hof hok hol hop hut ijs jas kas kar kat kip kop kou lab
        lek les lid lip lot man map mat mes mis nek net olie oog oor pak pan pas pen pot pil rat
        raad rek rij rok rot rug rum sap sex ski sok som spa spel sta stad tak tas tax tol top
        trein tuin tv uur val vat vee vis vlo vos wad wal wei wet wijk wit web zee zin zon zoo zak
        oud bod hoofd eis gok hit rib bier bot mot pest wol mol pop bij pet bak eik
        """,
        no_modifiers="""
        aan achter aarts af al alle als be bij binnen buiten dan dat de den der des die dit door
        een er ere ge hem hen her het hier hij hoe hun ik in is je jij kan ken kwa laten maar mede
        mee met mij mis na naar naast neer niet no nog nu of om on onder ont op oud over pro re
        rond samen sub te tegen ten ter terug toe tot tussen uit van ver veren voor voort vol
        vooruit waar wan wat weer weg wie wij zelf zij zo zonder ant ali ana ane ast ate bes dis
        ens ent erg est eur gen gis ha inter kon lei leg lo los min mono per pre ren ste tele tie
        trans tri uni vers aar mo mi ma pa ra ro ri sa se si so sp st sch
        """,
        no_heads="""
        aar aard aan achtig age air al ande ant baar baat ben bare boren de den dom drie eel een
        eer eind elen elijk en end ende ens enten er eren erik erij ers es ese eur eus ex gen ger
        haft heid ie ief iek ier ies iet ig ing ingen is isme ist iste ite iteit je ken kens kunde
        lei lens lijk ling lie logie loos maal matig men nis ren rij rijk schap sel sie ster tal
        te ten ter tie tig tor uur vol waarts zaam zen staan gaan nen ding lingen elite rade rage
        ring leren leer rol lage legen lijkheid teit eling ent stel
        """,
    ),
    "sv": Language(
        _swedish_noun,
        links=("s", "e", "a", "o", "u", "er", "n"),
        dropped=("a", "e"),
        verb_endings=("a",),
        short="""
        arm art bad bal ben bil bok bon bro bud bur by båt dag dal djur dom duk dyn egg ek eld far
        fat fel fil fin fot fru frö fågel får gas gem glas gul guld gym hav hem hus hål hår häst
        höst is jul jord kap kod kol kor kök kul lag lam led lek lin lok lov lus lån län lön ljus
        löv mat man mil mor mos mur mus mål mån mås mjöl nyp nos nöd nöt ord ost par pil pol rad
        rev rom ras rum råd råg rån rätt rör röv sak sal sex ski sko slag sol ste syn söm såg tak
        tal tand tid tip tag tro trä tur tåg tv vad val vax vår vin väg väv ved vit yta ål år ång
        öga öl öra ort ärr ö å gud lot sås bus häl hot not gap rea hyr fall stål
        """,
        no_modifiers="""
        allt an and att av bak be bi bort de den des det dig din dit du där efter emot en er ett
        fort fram från för före förut gen genom gent han har hen hit hos hur här i igen ihop in
        inne inre inter ju kan kring lik lös man med medan mellan men mest miss mis mot ned ner ni
        nog nu när någon o obe och om on ont op oss pre pro på re runt sam samman sen sig sin ska
        som så sär till tre trans tvär und under upp ur ut ute utan utom vad van vara vem vid vill
        vilse vä å åter än över bar ver sta ste ser sel lin les ler las lar tor tar ster ran ras
        res ris rin ren ret mar min mal mer el es est hel hes ker kas kon ken
        """,
        no_heads="""
        ad ade al an ande ant ar are ation bar bara de dom el elig else en ende er eri erska het
        hets ig ing inge inna is isk ism ist itet lek lig ling lös ning nings or ri sam sel ser
        sion ska skap ste stans tion tor tris ure aren na nad ans ens ral lar gar dan da ta te ten
        lan len sen ren nan ran ras las ler nas sta stare sare tare rare nare lare kare gare dare
        bare vare and rik full arna orna erna liga iga
        """,
        changed={"u": "a", "o": "a", "a": "a", "e": "a"},
    ),
    "da": Language(
        _danish_noun,
        links=("s", "e", "er", "n"),
        dropped=("e",),
        verb_endings=("e",),
        short=_NORDIC_SHORT
        + """
        abe and arm arv avl bad bud bur bus bøn død dør dåb eje elv fad fag fap fis fred fyr går
        gæld hat hul hus hyl høj høst hær is ko kød kør lam leje led lod lom mos møl mål navn ost
        pas pel pen pot præ pøl rav ras rus rør råb sal sky slag smør sne stof stød sø sår tab tak
        tand telt tung ur væg æble øl ø år ål
        """,
        no_modifiers="""
        ad af al alt an anden at bag be bi bort da de den der det dig din du efter eks el en end
        er et for forbi foran frem fra før gen gennem god ham han har hel hen her hid hos hun hvad
        hver hvid i ikke igen imod ind inde inden inter jo kan kon lige los man med mellem men
        mest mid mis mod må ned nok nord nu nær og om omkring on op os over per por pro på re
        rundt sam sammen selv ser sig sin skal som så sær til tilbage trans u ud uden uni under
        unde van ved vel vil vor var ver være ene ens ant ber dis des gra gru kas lin lan ler les
        mar min ris ren ran ras sti sta ste tar ter tor tra tri tro bar sel
        """,
        no_heads="""
        agtig al ance ans ant ar are art bar bare de dom e el else en ende ens er eri et fuld hed
        hede ig ik iker ing inge ion isk isme ist itet ler lig ling løs mæssig ner ning nis or ri
        rig sam sel sen ser skab som ster te tek ten ter tion tor tør ur ure vis rer len ker ger
        der ber ver mer rede stes lere rende nde lede tning elser
        """,
    ),
    "no": Language(
        _danish_noun,
        links=("s", "e", "er", "n"),
        dropped=("e",),
        verb_endings=("e",),
        short=_NORDIC_SHORT
        + """
        and arm arv ark avl bad bud bur bål bær bønn død dør elv elg eple fag fat fis fly fot fyr
        gård gass hai hav hat hus hull høst hær høy is jakt ku kjøl kull kuk lin lom los lus mel
        mur mål navn nes ost pis pol pus ras rev rus rør råd sau sal ski sko sky slag snø sti sår
        tap tann tau telt ull ur vei ved vik vin vind vær øks øl øy år ål ånd blod
        """,
        no_modifiers="""
        ad an alt annen at av bak be bi bort da de den der det dig din du etter eks el en er et
        for forbi foran fram frem fra før gjen gjennom god ham han har hel hen her hit hos hun hva
        hver i ikke igjen imot inn inne innen inter jo kan kon lik los man med mellom men mest mid
        mis mot må ned nok nord nu nær og om omkring on opp oss over per por pro på re rundt sam
        sammen selv ser seg sin skal som så sær til tilbake trans u ut uten uni under unna van ved
        vel vil vår var ver være end ene ens ant ber dis des gra gru kas lin lan ler les mar min
        ris ren ran ras sti sta ste tar ter tor tra tri tro bar sel al
        """,
        no_heads="""
        aktig al anse ans ant ar are bar bare de dom e el else en ende ens er eri et full het ig
        ik iker ing inge ion isk isme ist itet ler lig ling løs messig ner ning nis or ri rik sam
        sel sen ser skap som ster te tek ten ter sjon tor tør ur ure vis rer len ker ger der ber
        ver mer rede stes lere rende nde lede elser
        """,
    ),
}


class WordList:
    """Lower-case noun lemmas, other lemmas, and the forms of the nouns."""

    def __init__(self, code: str) -> None:
        self.language = LANGUAGES[code]
        self._short = frozenset(self.language.short.split())
        self._no_modifiers = frozenset(self.language.no_modifiers.split())
        self.no_heads = frozenset(self.language.no_heads.split())
        source = SIMPLEMMA.get(code, code)
        forms: dict[str, set[str]] = {}
        for form, lemma in DefaultDictionaryFactory().get_dictionary(source).items():
            if _WORD.fullmatch(form) and _WORD.fullmatch(lemma) and lemma.islower():
                forms.setdefault(lemma, {lemma}).add(form.lower())
        self.forms = {lemma: frozenset(found) for lemma, found in forms.items()}
        is_noun = self.language.is_noun
        self.lemmas = frozenset(one for one, found in self.forms.items() if is_noun(one, found))
        self.other_lemmas = frozenset(self.forms) - self.lemmas

    def _is_long_enough(self, word: str) -> bool:
        return len(word) > 3 or word in self._short

    def modifier(self, form: str) -> str | None:
        """The word that a form stands for as a modifier."""
        if form in self._no_modifiers:
            return None
        return next(filter(None, self._modifiers(form)), None)

    def _modifiers(self, form: str) -> Iterator[str | None]:
        yield self._noun(form)
        yield from (
            self._noun(form[: -len(link)]) for link in self.language.links if form.endswith(link)
        )
        stem = form[:-1] if form.endswith("s") else form
        for short in dict.fromkeys((form, stem)):
            yield from (self._noun(short + vowel) for vowel in self.language.dropped)
        changed = self.language.changed.get(form[-1])
        yield self._noun(form[:-1] + changed) if changed else None
        if len(form) >= _STEM:
            yield from (form + end for end in self.language.verb_endings if self._other(form + end))
            yield form if self._other(form) else None

    def _noun(self, word: str) -> str | None:
        return word if word in self.lemmas and self._is_long_enough(word) else None

    def _other(self, word: str) -> bool:
        return word in self.other_lemmas

    def head(self, form: str) -> str | None:
        """The noun that a lemma is as a head."""
        return None if form in self.no_heads else self._noun(form)

    def readings(self, noun: str) -> Iterator[tuple[str, str]]:
        """Every way to read a noun as modifier form and head lemma."""
        for middle in range(2, len(noun) - 1):
            form, head = noun[:middle], noun[middle:]
            if self.head(head) and self.modifier(form):
                yield form, head


def table_of(words: WordList) -> tuple[Counter[str], Counter[str], dict[str, str]]:
    """Family sizes as modifier and as head, and the words that modifiers stand for."""
    modifiers, heads, simple = count_families(words)
    as_modifier = Counter({f: round(n * _SCALE) for f, n in modifiers.items() if n >= _FREQUENT})
    as_head = Counter({lemma: round(n) for lemma, n in heads.items() if n >= _FREQUENT})
    for noun in simple - words.no_heads:
        as_head.setdefault(noun, _SIMPLE_IS_SEEN)
        as_modifier.setdefault(noun, _SIMPLE_IS_SEEN)
    inflected: Counter[str] = Counter()
    for lemma, count in as_head.items():
        for form in words.forms[lemma]:
            is_genitive = form.endswith("s") and form != lemma and form[:-1] in words.forms[lemma]
            if form == lemma or (len(form) > 3 and not is_genitive):
                inflected[form] = max(inflected[form], count if form == lemma else count / 2)  # type: ignore[assignment]
    citations = {form: words.modifier(form) or form for form in as_modifier}
    return as_modifier, inflected, {f: word for f, word in citations.items() if word != f}


def main(codes: list[str]) -> None:
    """Write the lexicons."""
    for code in codes or LANGUAGES:
        words = WordList(code)
        write_table(DATA / f"{code}_compounds.txt.gz", *table_of(words))


if __name__ == "__main__":
    main(sys.argv[1:])
