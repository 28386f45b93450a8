"""Words that show that a query is about current news, in the most common languages of archives.

This module contains just the list. A word that means something else in another of these languages
is left out, unless it is part of an unambiguous phrase.
"""

_OF_DAYS = """
today, tonight, yesterday, this morning, this evening, last night, right now, breaking news
heute, gestern, heute morgen, gestern abend, eilmeldung, liveticker, soeben
aujourd'hui, aujourd’hui, ce matin, ce soir, hier soir, cette nuit
hoy, ayer, esta mañana, esta noche, anoche
oggi, ieri, stamattina, stasera
vandaag, gisteren, vanochtend, vanavond
hoje, ontem, esta manhã, esta noite
dziś, dzisiaj, wczoraj
idag, i dag, igår, i går, ikväll
bugün, son dakika
сегодня, вчера, сьогодні, вчора
اليوم, أمس
今天, 昨天, 今日, 昨日, 오늘, 어제
"""

_OF_WEEKS = """
latest, newest, recent, recently, currently, breaking, this week, last week, these days, update
aktuell, aktuelle, aktueller, aktuellen, aktuelles, neueste, neuesten, neuester, neuestes, neuste,
neusten, jüngste, jüngsten, derzeit, momentan, zuletzt, kürzlich, diese woche, letzte woche
dernières nouvelles, récent, récente, récents, récentes, récemment, actuellement, cette semaine
últimas noticias, último, última, últimos, últimas, reciente, recientes, actualmente, esta semana
ultime notizie, recente, recenti, attualmente, questa settimana
laatste nieuws, actuele, recente, momenteel, deze week
últimas notícias, atualmente, recentes
najnowsze, ostatnio, obecnie, ten tydzień, w tym tygodniu
senaste, seneste, siste nytt, denna vecka, denne uge, denne uken
son haberler, güncel, bu hafta
последние новости, недавно, последние, свежие, на этой неделе, останні новини
أحدث, آخر الأخبار, هذا الأسبوع
最新, 近日, 最近, 本周, 今週, 최근, 최신, 이번 주
"""


def _listed(table: str) -> frozenset[tuple[str, ...]]:
    groups = table.replace("\n", ",").split(",")
    return frozenset(tuple(group.split()) for group in groups if group.strip())


OF_DAYS = _listed(_OF_DAYS)
"""Phrases, lower case, that mean today or yesterday."""

OF_WEEKS = _listed(_OF_WEEKS)
"""Phrases, lower case, that mean recent, without saying since when."""

LONGEST_GROUP = max(map(len, OF_DAYS | OF_WEEKS))
