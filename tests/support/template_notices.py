"""Notices as local papers print them day by day: ten kinds, in German and in English.

All names and places are invented. `NOTICES` are no copies of each other, however much they have in
common; `REPRINTS` are notices of them in another paper, by the id of the notice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_FIRST_DAY = date(2025, 3, 3)


@dataclass(frozen=True)
class Frame:
    """One form, and what was filled into its `{}`; a day lies between one notice and the next."""

    kind: str
    language: str
    title: str
    text: str
    fillings: Sequence[tuple[str, ...]]

    def notices(self) -> Iterator[dict[str, Any]]:
        for day, filling in enumerate(self.fillings):
            yield {
                "id": f"{self.kind}-{self.language}-{day}",
                "title": self.title.format(*filling),
                "text": self.text.format(*filling),
                "lang": self.language,
                "date": f"{_FIRST_DAY + timedelta(day)}T08:00:00Z",
                "source": "Küstenbote",
            }


FRAMES = (
    Frame(
        "election",
        "de",
        "{0} neuer Bürgermeister von {1}",
        "{0} wird neuer Bürgermeister von {1}. In der Stichwahl am Sonntag setzte sich der "
        "Kandidat mit {2} Prozent der Stimmen durch. Die Wahlbeteiligung lag bei {3} Prozent. Der "
        "neue Bürgermeister tritt sein Amt zum Ersten des kommenden Monats an, die Amtszeit "
        "beträgt acht Jahre. Das amtliche Endergebnis stellt der Wahlausschuss in dieser "
        "Woche fest.",
        (
            ("Jonas Elbert", "Kaltbrunn", "53,1", "48"),
            ("Marius Teck", "Oberhollen", "61,7", "39"),
            ("Piet Ahrens", "Sandvik", "50,4", "55"),
            ("Rolf Gärtner", "Wiesau", "57,9", "44"),
        ),
    ),
    Frame(
        "election",
        "en",
        "{0} elected mayor of {1}",
        "{0} has been elected mayor of {1} after a count that lasted until midnight. The candidate "
        "took {2} percent of the vote; turnout was {3} percent. The returning officer will publish "
        "the final figures within a week, and the new mayor is to be sworn in at the first meeting "
        "of the council after Easter.",
        (
            ("Nora Whitlow", "Elm Ford", "52", "41"),
            ("Gus Pennard", "Saltmere", "58", "37"),
            ("Ivy Castellan", "Dunholm", "50.3", "46"),
            ("Oren Blake", "Harrow Point", "64", "33"),
        ),
    ),
    Frame(
        "gauge",
        "de",
        "Wasserstand der Oster am {0}",
        "Der Pegel der Oster an der Steinbrücke stand am {0} um 7 Uhr bei {1} Zentimetern. Die "
        "Schifffahrt ist nicht eingeschränkt. Das Wasserwirtschaftsamt misst stündlich und gibt "
        "die Werte im Videotext und am Telefon bekannt. Die nächste Vorhersage erscheint am Abend.",
        (("Montag", "287"), ("Dienstag", "301"), ("Mittwoch", "322"), ("Donnerstag", "318")),
    ),
    Frame(
        "gauge",
        "en",
        "River levels",
        "The river Oster stood at {0} metres at the stone bridge this morning. The harbour office "
        "takes a reading every hour and says that there is no danger for the lower town as long as "
        "the gauge stays below four metres. Owners of boats are asked to check their lines. The "
        "next report is due in the evening.",
        (("2.87",), ("3.01",), ("3.22",), ("3.18",)),
    ),
    Frame(
        "cameras",
        "de",
        "Hier wird heute geblitzt",
        "Die Polizei kontrolliert heute wieder die Geschwindigkeit. Gemessen wird nach Angaben des "
        "Präsidiums in der {0} in {1}. Weitere Kontrollen sind jederzeit möglich. Wer zu schnell "
        "fährt, muss mit einem Bußgeld und mit Punkten rechnen. Eltern werden gebeten, auf dem "
        "Weg zur Schule besonders vorsichtig zu fahren.",
        (
            ("Gerberstraße", "Lindenau"),
            ("Kornstraße", "Grauheim"),
            ("Uferstraße", "Montalva"),
            ("Bahnhofstraße", "Wiesau"),
        ),
    ),
    Frame(
        "cameras",
        "en",
        "Speed cameras on {0}",
        "Police will check the speed of traffic on {0} this week. Mobile cameras are planned for "
        "{1} between seven in the morning and ten at night. Fixed cameras work around the clock. "
        "Drivers who are caught can expect a fine, and those who are far above the limit will lose "
        "their licence for a month.",
        (
            ("Monday", "Mill Lane"),
            ("Tuesday", "Harbour Road"),
            ("Wednesday", "Quarry Hill"),
            ("Thursday", "Station Street"),
        ),
    ),
    Frame(
        "weather",
        "de",
        "Das Wetter für {0}",
        "Am {0} ist es im Küstenland überwiegend {1}. Die Höchstwerte liegen bei {2} Grad, an der "
        "See weht ein mäßiger Wind aus West. In der Nacht kühlt es auf {3} Grad ab. Die weiteren "
        "Aussichten: wechselhaft, gegen Ende der Woche etwas milder. Der Wetterdienst rät, "
        "Fahrräder und Gartenmöbel zu sichern.",
        (
            ("Dienstag", "bewölkt", "9", "3"),
            ("Mittwoch", "sonnig", "12", "4"),
            ("Donnerstag", "regnerisch", "11", "6"),
            ("Freitag", "neblig", "8", "2"),
        ),
    ),
    Frame(
        "weather",
        "en",
        "Weather: {0}",
        "Tomorrow will be {0} along the coast with highs of {1} degrees and a moderate wind from "
        "the west. Temperatures fall to {2} degrees at night. The outlook for the rest of the week "
        "is changeable, with some milder air from the south towards the end. The weather office "
        "asks walkers to keep away from the cliffs.",
        (
            ("dry", "nine", "three"),
            ("sunny", "twelve", "four"),
            ("wet", "eleven", "six"),
            ("foggy", "eight", "two"),
        ),
    ),
    Frame(
        "rail",
        "de",
        "Zugausfälle auf der Linie {0}",
        "Wegen Bauarbeiten fallen auf der Linie {0} am {1} zwischen 22 Uhr und 4 Uhr alle Züge "
        "aus. Die Insula Rail setzt Busse ein, die an allen Bahnhöfen halten. Fahrräder können "
        "darin nicht befördert werden. Reisende sollten bis zu einer Stunde mehr einplanen. "
        "Auskunft gibt die Bahn unter der Nummer 0800 550 660 und an den Schaltern in Lindenau, "
        "Grauheim und Port Ellery. Fahrkarten für die ausgefallenen Züge gelten auch in den "
        "Bussen und am folgenden Tag. Die Bahn bittet um Verständnis.",
        (("RE 7", "Montag"), ("RE 7", "Dienstag"), ("RB 12", "Mittwoch"), ("S 3", "Donnerstag")),
    ),
    Frame(
        "rail",
        "en",
        "Buses replace trains between {0} and {1}",
        "Buses replace trains between {0} and {1} tonight while engineers renew the signals. The "
        "last train leaves at 21:40. Passengers should allow an extra hour for the journey. "
        "Bicycles cannot be taken on the buses. Tickets are valid as usual. Insula Rail says that "
        "trains will run to the timetable again from the first service in the morning.",
        (
            ("Lindenau", "Grauheim"),
            ("Grauheim", "Port Ellery"),
            ("Sarelle", "Montalva"),
            ("Montalva", "Saltmere"),
        ),
    ),
    Frame(
        "accident",
        "de",
        "Unfall bei {0}",
        "Bei einem Unfall auf der Landstraße bei {0} sind am Wochenende {1} Menschen verletzt "
        "worden. Ein {2} Jahre alter Fahrer war nach Angaben der Polizei aus ungeklärter Ursache "
        "von der Fahrbahn abgekommen. Die Straße war für mehrere Stunden gesperrt. Die Polizei "
        "sucht Zeugen und bittet um Hinweise an jede Dienststelle.",
        (
            ("Kaltbrunn", "zwei", "24"),
            ("Wiesau", "drei", "51"),
            ("Sandvik", "zwei", "37"),
            ("Oberhollen", "vier", "19"),
        ),
    ),
    Frame(
        "accident",
        "en",
        "Driver hurt in crash near {0}",
        "A {1}-year-old driver was taken to hospital after a crash on the coast road near {0} "
        "yesterday. The car left the road in a bend and hit a tree, police said. Nobody else was "
        "hurt. The road was closed for two hours. Police ask witnesses to come forward and want to "
        "hear from anybody who saw the car before the crash.",
        (("Saltmere", "24"), ("Dunholm", "51"), ("Elm Ford", "37"), ("Harrow Point", "19")),
    ),
    Frame(
        "football",
        "de",
        "{0} – {1} {2}",
        "In der Kreisliga hat {0} gegen {1} {2} gespielt. Vor {3} Zuschauern fielen die Tore in "
        "der zweiten Halbzeit. Der Trainer sprach von einem gerechten Ergebnis. Am kommenden "
        "Sonntag geht es um 15 Uhr auf dem Platz am Stadtpark weiter, der Eintritt ist "
        "für Kinder frei. Die Tabelle steht auf der Seite des Verbandes.",
        (
            ("Lindenau", "Wiesau", "2:1", "180"),
            ("Wiesau", "Lindenau", "1:1", "140"),
            ("Grauheim", "Sandvik", "3:0", "210"),
            ("Sandvik", "Grauheim", "0:1", "95"),
        ),
    ),
    Frame(
        "football",
        "en",
        "{0} beat {1}",
        "{0} beat {1} {2} in the county league on Saturday in front of {3} spectators. All goals "
        "came after the break. The manager praised his young defenders and said that the pitch was "
        "the real opponent. Both teams play at home again next weekend; gates open at one, and "
        "children get in free.",
        (
            ("Saltmere Town", "Dunholm", "2–0", "640"),
            ("Dunholm", "Elm Ford Rovers", "3–1", "420"),
            ("Elm Ford Rovers", "Saltmere Town", "1–0", "515"),
            ("Harrow Point", "Dunholm", "4–2", "380"),
        ),
    ),
    Frame(
        "lottery",
        "de",
        "Die Gewinnzahlen vom {0}",
        "Bei der Inselziehung vom {0} wurden diese Zahlen gezogen: {1}. Im Topf lagen eine Million "
        "Kronen. Die Angaben sind ohne Gewähr. Gewinne über tausend Kronen werden in der Zentrale "
        "in Sarelle ausgezahlt, kleinere in jeder Annahmestelle. Spielen kann süchtig machen; Rat "
        "gibt die Beratungsstelle.",
        (
            ("Mittwoch", "3, 8, 15, 22, 41, 47"),
            ("Samstag", "1, 9, 15, 28, 33, 40"),
            ("Sonntag", "5, 8, 17, 20, 39, 44"),
        ),
    ),
    Frame(
        "lottery",
        "en",
        "Lottery numbers",
        "The numbers drawn in the island lottery last night are {0}. The bonus number is {1}. "
        "Nobody won the jackpot, which goes over to the next draw. Prizes of more than a thousand "
        "crowns are paid at the office in Sarelle, smaller ones wherever tickets are sold. All "
        "figures are given without guarantee.",
        (
            ("3, 8, 15, 22, 41 and 47", "9"),
            ("1, 9, 15, 28, 33 and 40", "12"),
            ("5, 8, 17, 20, 39 and 44", "31"),
        ),
    ),
    Frame(
        "outage",
        "de",
        "Stromausfall in {0}",
        "In {0} ist am Vormittag für {1} Minuten der Strom ausgefallen. Betroffen waren nach "
        "Angaben des Versorgers Osterkraft rund {2} Haushalte. Ursache war ein Schaden an einem "
        "Kabel, das bei Bauarbeiten getroffen wurde. Ampeln fielen aus, die Feuerwehr musste zwei "
        "Aufzüge öffnen. Osterkraft entschuldigt sich bei seinen Kunden.",
        (
            ("Lindenau", "40", "1200"),
            ("Grauheim", "55", "800"),
            ("Kaltbrunn", "25", "300"),
            ("Wiesau", "70", "950"),
        ),
    ),
    Frame(
        "outage",
        "en",
        "Power cut in {0}",
        "About {1} homes in {0} were without power for most of the morning. A digger had hit a "
        "cable, Osterkraft said. Engineers had the lights back on before noon. The company says "
        "sorry to its customers and reminds them that it never calls at the door to ask for bank "
        "details. Claims for spoiled food can be made by post until the end of the month.",
        (("Saltmere", "900"), ("Dunholm", "350"), ("Elm Ford", "1,400"), ("Harrow Point", "620")),
    ),
    Frame(
        "market",
        "de",
        "Börse Rosenholm am {0}",
        "Die Börse in Rosenholm hat am {0} {1} geschlossen. Der Leitindex endete bei {2} Punkten. "
        "Gefragt waren Aktien der Reedereien und der Versorger, während Banken nachgaben. Händler "
        "sprachen von einem ruhigen Geschäft ohne neue Nachrichten der Notenbank. Der Taler "
        "kostete am Abend {3} Kronen. Am Rentenmarkt änderten sich die Kurse kaum.",
        (
            ("Montag", "fester", "1412", "1,31"),
            ("Dienstag", "leichter", "1398", "1,30"),
            ("Mittwoch", "kaum verändert", "1399", "1,32"),
            ("Donnerstag", "fester", "1420", "1,33"),
        ),
    ),
    Frame(
        "market",
        "en",
        "Fish auction",
        "Cod fetched {0} crowns a kilo at the auction in Port Ellery this morning and herring {1}. "
        "Buyers from the mainland took most of the catch. The harbour master counted the usual "
        "number of boats. Prices for crab and lobster were steady, and the auctioneers expect "
        "little change before the holidays, when demand from hotels and restaurants rises.",
        (("31", "9"), ("34", "9"), ("29", "11"), ("33", "10")),
    ),
)

NOTICES: Sequence[Mapping[str, Any]] = tuple(
    notice for frame in FRAMES for notice in frame.notices()
)


def _reprint(notice: Mapping[str, Any]) -> dict[str, Any]:
    """Another paper's version: a headline and a credit of its own, the last sentence cut."""
    kept = notice["text"].split(". ")[:-1]
    return {
        **notice,
        "id": f"{notice['id']}-reprint",
        "title": "Kurz gemeldet" if notice["lang"] == "de" else "In brief",
        "text": f"(VPA) – {'. '.join(kept)}.",
        "date": notice["date"].replace("T08", "T11"),
        "source": "Port Ellery Courier",
    }


REPRINTS: Mapping[str, Mapping[str, Any]] = {
    notice["id"]: _reprint(notice) for frame in FRAMES for notice in [*frame.notices()][1:3]
}
