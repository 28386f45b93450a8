"""What is a dateline and what is a sentence, by table."""

import pytest
from processor import at_most

from index.records.dateline import Dateline, split_dateline

DATELINES = [
    ("(Seoul) ", "Der russische Präsident traf ein.", "Seoul", None),
    ("(Seoul) – ", "Der russische Präsident traf ein.", "Seoul", None),
    ("(St. Gallen) ", "Die Stadt baut.", "St. Gallen", None),
    ("(Los Angeles) ", "Fires spread.", "Los Angeles", None),
    ("(La Paz) ", "El presidente habló.", "La Paz", None),
    ("(Rio de Janeiro) ", "Der Karneval beginnt.", "Rio de Janeiro", None),
    ("(Frankfurt am Main) ", "„Wir warten“, sagte sie.", "Frankfurt am Main", None),
    ("(Berlin/Paris) ", "Beide Länder einigten sich.", "Berlin/Paris", None),
    ("(Saint-Denis) ", "L'équipe a gagné.", "Saint-Denis", None),
    ("(Washington, D.C.) ", "Congress met.", "Washington, D.C.", None),
    ("(Seoul/AFP) ", "Der Präsident kam.", "Seoul", "AFP"),
    ("(Wien, APA) ", "Der Rat tagt.", "Wien", "APA"),
    ("(Reuters) - ", "Oil rose on Tuesday.", None, "Reuters"),
    ("(dpa) ", "Der Rat tagt.", None, "dpa"),
    ("(VPA) - ", "Der Rat tagt.", None, "VPA"),
    ("(dpa/Reuters) Berlin - ", "Der Rat tagt.", "Berlin", "dpa/Reuters"),
    ("(AFP) Paris – ", "Le conseil siège.", "Paris", "AFP"),
    ("BERLIN (dpa) – ", "Der Bundestag hat beschlossen.", "Berlin", "dpa"),
    ("Berlin (dpa) - ", "Der Bundestag hat beschlossen.", "Berlin", "dpa"),
    ("Berlin (dpa). ", "Der Bundestag hat beschlossen.", "Berlin", "dpa"),
    ("Berlin/Moskau (dpa) - ", "Beide Seiten reden.", "Berlin/Moskau", "dpa"),
    ("Frankfurt/Main (dpa/lhe) - ", "Der Flughafen wächst.", "Frankfurt/Main", "dpa/lhe"),
    ("Köln (dpa-AFX) - ", "Die Aktie fiel.", "Köln", "dpa-AFX"),
    ("Bad Homburg v. d. Höhe (dpa) - ", "Der Park öffnet.", "Bad Homburg v. d. Höhe", "dpa"),
    ("Halle (Saale) (dpa/sa) - ", "Der Park öffnet.", "Halle (Saale)", "dpa/sa"),
    ("Neu Delhi (dpa) - ", "Der Park öffnet.", "Neu Delhi", "dpa"),
    ("BERLIN\xa0(dpa)\xa0– ", "Der Park öffnet.", "Berlin", "dpa"),
    ("BERLIN (dpa) –\n", "Der Bundestag hat beschlossen.", "Berlin", "dpa"),
    ("PARIS, 3 juin (AFP) — ", "Le Sénat a voté.", "Paris", "AFP"),
    ("PARIS, 1er juin 2024 (AFP) - ", "Le Sénat a voté.", "Paris", "AFP"),
    ("Sarelle (VPA) - ", "Der Rat hat getagt.", "Sarelle", "VPA"),
    ("BRODNIK (Orbis) – ", "Velmar opened talks.", "Brodnik", "Orbis"),
    ("Port Ellery (Orbis/kb) – ", "Am Montag – und nur da – kam er.", "Port Ellery", "Orbis/kb"),
    ("Sarelle (Orbis / El Faro) – ", "La cineasta dimitió.", "Sarelle", "Orbis / El Faro"),
    ("Sarelle (avec VPA) – ", "Le Parlement a voté.", "Sarelle", "VPA"),
    ("Brodnik (VPA/Redacción) – ", "La ajedrecista habló.", "Brodnik", "VPA/Redacción"),
    ("NEW YORK (AP) — ", "Stocks fell.", "New York", "AP"),
    ("WASHINGTON, June 18 (Reuters) - ", "The Senate voted.", "Washington", "Reuters"),
    ("BEIJING, June 18 (Xinhua) -- ", "China will.", "Beijing", "Xinhua"),
    ("SEOUL, South Korea (AP) — ", "The leaders met.", "SEOUL, South Korea", "AP"),
    ("MADRID, 3 Jun. (EUROPA PRESS) - ", "El Gobierno aprobó.", "Madrid", "EUROPA PRESS"),
    ("Madrid, 3 jun (EFE).- ", "El Gobierno aprobó.", "Madrid", "EFE"),
    ("Ciudad de México (EFE).- ", "¿Qué pasa?", "Ciudad de México", "EFE"),
    ("PARIS, 3 juin — ", "Le Sénat a voté.", "Paris", None),
    ("Berlin, 18. Juni – ", "Der Bundestag hat beschlossen.", "Berlin", None),
    ("Hamburg, 18.06.2024 – ", "„Nein“, sagte er.", "Hamburg", None),
    ("L'AQUILA (ANSA) - ", "The town rebuilds.", "L'Aquila", "ANSA"),
]

SENTENCES = [
    "Berlin – das ist für viele ein Versprechen.",
    "Berlin – Das ist für viele ein Versprechen.",
    "BERLIN – Der Bundestag hat beschlossen.",
    "BREAKING – The mayor resigned.",
    "London - it was a cold day.",
    "(K)ein Grund zur Freude ist das.",
    "(Noch) keine Einigung gibt es.",
    "(Noch) Fragen? Dann rufen Sie an.",
    "(Die) Regierung will nicht.",
    "(Ober)Bürgermeister Maier tritt ab.",
    "(1950-1953) war Krieg in Korea.",
    "(Update) Der Rat tagt weiter.",
    "(Archivbild) Der Rat tagt.",
    "(Foto: Muster) Der Rat tagt.",
    "(EU) Der Rat tagt weiter.",
    "Der Rat (dpa) Die Stadt tagt.",
    "(CDU) Der Kanzler sprach.",
    "(Juni) Der Sommer beginnt.",
    "(Der Spiegel) Die Zeitschrift berichtet.",
    "(sic) The word was spelled so.",
    "(seoul) Der Präsident kam.",
    "(Seoul) der Präsident kam.",
    "(Seoul)",
    "(Seoul) ",
    "(Seoul)Der Präsident kam.",
    "(But) The minister said no.",
    "(Más) El ministro dijo no.",
    "(Interview) Der Minister spricht.",
    "Angela Merkel (CDU) – die frühere Kanzlerin – sprach.",
    "Angela Merkel (CDU) – Bundeskanzlerin bis 2021 – sprach.",
    "Olaf Scholz (SPD): Der Kanzler sprach.",
    "Pedro Sánchez (PSOE) – Presidente del Gobierno – habló.",
    "Anna Muster (42) – Ärztin aus Leidenschaft – spricht.",
    "Anna Muster (Grüne) – Der Rat hat sie gewählt.",
    "Anna Muster (Ratsfrau) – Ärztin aus Leidenschaft – spricht. Dann – vielleicht – nicht.",
    "Brodnik (Kommentar) – Der Rat irrt.",
    "Brodnik (Montag) – Der Rat irrt.",
    "Brodnik (Die Stadt) – Der Rat irrt.",
    "Brodnik (Orbis): Der Rat irrt.",
    "Die Agentur (dpa) – Sie wurde 1949 gegründet.",
    "Von Max Muster (dpa) – Der Rat tagt.",
    "By Jane Doe (Reuters) - The council met.",
    "Die Stadt Hamburg (HSV) Der Verein spielt.",
    "Im Juni 2024 – Der Sommer war heiß – kam er.",
    "Maria – Die Heilige – wurde verehrt.",
    "Le Monde (quotidien) — Le journal paraît.",
    "France – Le pays vote.",
    "Madrid - El Gobierno aprobó.",
    "Hello world.",
    "",
    "(",
    "()",
    "((((((((((",
]


@pytest.mark.parametrize(("dateline", "body", "place", "agency"), DATELINES)
def test_finds_datelines(dateline: str, body: str, place: str | None, agency: str | None) -> None:
    assert split_dateline(dateline + body) == Dateline(place, agency, len(dateline))


@pytest.mark.parametrize("text", SENTENCES)
def test_leaves_sentences_alone(text: str) -> None:
    assert split_dateline(text) == Dateline()


def test_a_dateline_stands_at_the_beginning_only() -> None:
    assert split_dateline("Es tagt der Rat.\nBERLIN (dpa) – Der Rat tagt.") == Dateline()


@pytest.mark.parametrize(
    "text", ["A " * 60, "Aa-" * 60, "A/A, " * 40, "(" + "A " * 30 + ")", "AAA, 3 juin " * 20]
)
def test_hostile_beginnings_take_no_time(text: str) -> None:
    with at_most(cpu_s=1):
        split_dateline(text)
