"""Which names of a record's fields probably mean which field, for a proposal of `--map`.

Nothing here is assumed when a record is read: the names are those of newspapers' own tables, in
several languages, and often mean something else.
"""

import unicodedata
from collections.abc import Iterable, Mapping

from index.readers.field_names import OTHER_NAMES, knows

_LEAD = "lead"
USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": (
        "Artikeltext", "Volltext", "Haupttext", "Fließtext", "Beitragstext", "Textkörper", "Inhalt",
        "Meldung", "Nachricht", "Beitrag", "story", "story text", "article body", "content text",
        "body html", "main text", "copy", "texte", "texte intégral", "corps", "contenu", "texto",
        "cuerpo", "contenido", "tekst", "testo", "contenuto",
    ),
    _LEAD: (
        "Vorspann", "Anreißer", "Teaser", "standfirst", "lead", "lede", "intro", "chapô", "chapeau",
        "accroche", "entradilla", "entrada", "bajada", "sommario", "occhiello",
    ),
    "title": (
        "Überschrift", "Titel", "Schlagzeile", "Hauptzeile", "Dachzeile", "heading", "head",
        "titre", "titulo", "titular", "titolo", "kop",
    ),
    "date": (
        "Erscheinungsdatum", "Veröffentlichungsdatum", "Publikationsdatum", "veröffentlicht",
        "veröffentlicht am", "erschienen", "erschienen am", "Erscheinungstag", "Datum",
        "published on", "issue date", "day", "date de publication", "date de parution", "publié le",
        "paru le", "fecha", "fecha de publicación", "publicado", "data", "data di pubblicazione",
    ),
    "section": ("Ressort", "Rubrik", "Sparte", "desk", "rubrique", "sección", "sezione"),
    "authors": (
        "Autor", "Autoren", "Autorin", "Autor/in", "Verfasser", "Verfasserin", "writer",
        "journalist", "reporter", "auteur", "auteurs", "autores", "autora", "autore", "autori",
    ),
    "source": (
        "Quelle", "Zeitung", "Medium", "Blatt", "Titel der Zeitung", "paper", "journal", "fuente",
        "periódico", "medio", "fonte", "testata",
    ),
    "lang": ("Sprache", "langue", "idioma", "lingua"),
    "url": ("Adresse", "Netzadresse", "web address", "adresse web", "enlace", "dirección", "lien"),
    "id": (
        "Artikelnummer", "Artikel-ID", "Artikelkennung", "Kennung", "Nummer", "Nr", "identifiant",
        "numéro", "identificador", "número",
    ),
}  # fmt: skip


def proposal(names: Iterable[str], longest: str | None = None) -> str | None:
    """A `--map` for a record with these names: None if no field of it can be proposed.

    `longest` is the name of the field with the longest value, the text if no name says more.
    """
    by_key: dict[str, str] = {}
    for name in names:
        if not set(name) & set(",=+"):  # these have a meaning in --map
            by_key.setdefault(_key(name), name)
    found = {}
    for field, usual in USUAL_NAMES.items():
        keys = [key for one in usual if (key := _key(one)) in by_key]
        if keys:
            found[field] = by_key[keys[0]]
    lead = found.pop(_LEAD, None)
    text = found.pop("text", None) or (longest if longest in by_key.values() else None)
    if text is None or text == lead:
        text, lead = lead, None
    named = {name for field, name in found.items() if name != text}
    parts = [] if text is None else [f"text={lead}+{text}" if lead else f"text={text}"]
    parts += [
        f"{field}={name}"
        for field, name in found.items()
        if name in named and not knows(name) and not _has(field, by_key)
    ]
    if not parts:
        return None
    written = ",".join(parts)
    return f'--map "{written}"' if " " in written else f"--map {written}"


def _has(field: str, by_key: Mapping[str, str]) -> bool:
    """Whether a record has the field under a name that is known without a map."""
    return any(_key(name) in by_key for name in (field, *OTHER_NAMES.get(field, ())))


def _key(name: str) -> str:
    """A name without case, accents, and what separates its words; `ue` and `ü` are the same."""
    folded = name.casefold()
    for written, plain in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        folded = folded.replace(written, plain)
    letters = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in letters if letter.isalnum())
