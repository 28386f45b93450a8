"""The words that distinguish datelines from sentences: agencies, and words that are neither agency
nor place. All are case-folded; the words of one name are joined by hyphens.
"""

_AGENCIES = """
aap adnkronos aex afp afx aljazeera ana-mpa anp ansa antara ap apa apa-ots apn ats awp belga
bernama bloomberg bta cna cnn ctk dapd ddp deutsche-presse-agentur dow-jones dpa dpa-afx
dpa-infocom dts dts-nachrichtenagentur efe epd europa-press europapress ians interfax irna isna
itar-tass jiji jta kcna keystone-sda kna kyodo kyodo-news lusa mti notimex ntb ots pa pa-media
pap pti reuters ria-novosti ritzau rtr rtrs sda sid sputnik stt ta3 tanjug tass telam
the-canadian-press thomson-reuters-foundation télam ukrinform unian upi wafa wam xinhua yna
yonhap čtk
"""
_LABELS = """
actualisation actualización advertisement aktualisiert analyse analyses analysis anzeige
análisis archiv archivbild archives archivo bericht bild breaking brief colaboración column
comment commentary corrected correction corrige corrigé dossier editorial eilmeldung entretien
entrevista exclusif exclusiva exclusive exklusiv feature foto fotos image imagen infographie
interview kolumne kommentar korrektur korrigiert leitartikel live meinung mise nachtrag note
opinion opinión photo photos publicidad publicité reportage reportaje review sponsored
symbolbild symbolfoto tribune update updated updates urgent urgente video vidéo werbung
wiederholung zusammenfassung
"""
_PARTIES = """
afd bng bsw cdu con csu dem dup eelv erc fdp fn fpö grüne grünen glp gop
independent lab labour lfi linke linken liberal lr lrem m5s modem pcf pd pis pnv pp ps psoe rep
rn snp spd spö svp udi ukip ump ödp övp
"""
_CALENDAR = """
abril agosto août april august avril december dezember diciembre dienstag donnerstag décembre
enero febrero februar february freitag friday février januar january janvier juillet juin juli
julio july june juni junio mai march mars marzo may mayo mittwoch monday montag märz november
novembre noviembre october octobre octubre oktober samstag saturday september septembre
septiembre sonntag sunday thursday tuesday wednesday
"""

AGENCIES = frozenset(_AGENCIES.split())
"""News agencies that sign their reports."""

LABELS = frozenset(_LABELS.split())
"""What newsrooms put in parentheses before a text, other than places."""

PARTIES = frozenset(_PARTIES.split())
"""Parties, because their initials follow the names of politicians."""

CALENDAR = frozenset(_CALENDAR.split())
"""Months and days of the week."""
