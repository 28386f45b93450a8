"""The most common function words of the languages that most archives have.

Prose contains them; a list of search words hardly does. Owns only the list; stop words are the
business of the analyzers.
"""

_WORDS = """
a an the of and or to in on at by for with from as is are was were be been has have had will would
can could should not no it its he she they we you i his her their our this that these those who what
when where why how but if after before over into about against than more says said
der die das den dem des ein eine einen einem einer und oder zu im in an auf aus bei mit nach von vom
für über unter um als wie ist sind war waren wird werden wurde hat haben hatte kann soll muss nicht
kein keine es er sie wir ich ihr sich sein seine ihre dieser diese dieses wer was wann wo warum aber
wenn vor gegen zum zur am beim ab bis noch nur auch schon will
le la les l' un une des du de et ou à au aux en dans sur par pour avec sans est sont était a ont qui
que quoi quand où pourquoi ne pas plus se son sa ses leur ce cette ces il elle ils nous vous
el los las una unos del y o al con por para sin es son fue era ha han quién qué cuándo dónde por no
se su sus este esta estos lo
il lo gli i uno di e da su per tra fra è sono era non che chi cosa quando dove perché si suo sua
questo questa della delle dei degli dal dalla nel nella
het een en van op te met voor naar uit door om als is zijn was werd heeft niet geen dat die wie wat
waar waarom hoe maar
o os as um uma do da dos das no na nos nas ao pelo pela com sem é são foi não quem quando onde
och eller att i på av med för från till är var har inte som vem vad när men
og at på af fra til er var har ikke som hvem hvad når der det
w z na do od po za i oraz lub jest są był była nie się kto co kiedy gdzie że
и в на с по из за от до не что как кто когда где это его ее их был была для
і та у з на до від не що як хто коли де це його
ve bir bu ile için da de ne kim mi
"""

FUNCTION_WORDS = frozenset(_WORDS.split())
"""Lower case."""
