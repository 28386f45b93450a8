"""Names of months, weekdays and seasons in questions: German, English, French, Spanish, Italian.

Abbreviations are left out, because they are words of their own ("Mar", "sept", "dom").
"""

_MONTHS = """
januar jänner january janvier enero gennaio
februar february février febrero febbraio
märz march mars marzo
april avril abril aprile
mai may mayo maggio
juni june juin junio giugno
juli july juillet julio luglio
august août agosto
september septembre septiembre setiembre settembre
oktober october octobre octubre ottobre
november novembre noviembre
dezember december décembre diciembre dicembre
"""

MONTH_NUMBERS = {
    name: number
    for number, line in enumerate(_MONTHS.strip().splitlines(), start=1)
    for name in line.split()
}
"""Lower case names → 1 to 12."""

_WEEKDAYS = """
montag monday lundi lunes lunedì
dienstag tuesday mardi martes martedì
mittwoch wednesday mercredi miércoles mercoledì
donnerstag thursday jeudi jueves giovedì
freitag friday vendredi viernes venerdì
samstag sonnabend saturday samedi sábado sabato
sonntag sunday dimanche domingo domenica
"""

WEEKDAY_NUMBERS = {
    name: number
    for number, line in enumerate(_WEEKDAYS.strip().splitlines())
    for name in line.split()
}
"""Lower case names → 0 (Monday) to 6."""

SEASONS = {
    "frühling": 3, "frühjahr": 3, "spring": 3, "printemps": 3, "primavera": 3,
    "sommer": 6, "summer": 6, "été": 6, "verano": 6, "estate": 6,
    "herbst": 9, "autumn": 9, "automne": 9, "otoño": 9, "autunno": 9,
    "winter": 12, "hiver": 12, "invierno": 12, "inverno": 12,
}  # fmt: skip
"""Lower case names → the first of three months, north of the equator."""

MONTHS = tuple(MONTH_NUMBERS)
WEEKDAYS = tuple(WEEKDAY_NUMBERS)
