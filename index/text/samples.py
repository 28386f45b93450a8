"""Texts for comparing a converted model with its original: short, long, in many scripts.

Some have questions: an 8-bit conversion must rank them no worse.
"""

_SENTENCES = (
    "The council approved the new tram line on Tuesday evening.",
    "Prices rose by 3.4 percent in March, the statistics office said.",
    "“We did not expect this,” said the minister – and left.",
    "BREAKING: storm warning lifted!",
    "The striker scored twice before half-time and was sent off in the 78th minute.",
    "Researchers at the institute measured 1,204 samples over six years.",
    "Der Bürgermeister weist die Vorwürfe zurück.",
    "Die Straßenbahnlinie 7 fährt ab Montag wieder über den Äußeren Ring.",
    "Nach Angaben der Polizei wurde niemand verletzt.",
    "Le gouvernement a présenté mercredi son projet de réforme des retraites.",
    "L’usine fermera ses portes à la fin de l’été.",
    "El incendio obligó a evacuar a más de doscientas personas.",
    "¿Quién pagará la reconstrucción del puente?",
    "Il tribunale ha rinviato l'udienza al 12 ottobre.",
    "O presidente vetou parte da lei orçamentária.",
    "De waterstand in de rivier daalt langzaam.",
    "Rząd zapowiedział podwyżkę płacy minimalnej.",
    "Soudce zamítl žádost o propuštění z vazby.",
    "Regeringen lägger fram budgeten på torsdag.",
    "Hallitus esittelee talousarvion ensi viikolla.",
    "Парламент принял закон во втором чтении.",
    "Уряд оголосив про нові заходи безпеки.",
    "Η κυβέρνηση ανακοίνωσε νέα μέτρα.",
    "Meclis yeni vergi yasasını kabul etti.",
    "أعلنت الحكومة عن إجراءات جديدة لمكافحة التضخم.",
    "הממשלה אישרה את התקציב החדש.",
    "सरकार ने नई शिक्षा नीति की घोषणा की।",
    "政府は新しい経済対策を発表した。",
    "市政府宣布明年将开通三条地铁线路。",
    "정부는 새로운 부동산 대책을 발표했다.",
    "รัฐบาลประกาศมาตรการใหม่เมื่อวันจันทร์",
    "Chính phủ công bố kế hoạch mới.",
    "election results",
    "Wahl",
    "🌧️ 12°C → 19°C",
    "https://news.example/2024/06/18/story?id=42&ref=rss",
    "?",
)

SAMPLES = (*_SENTENCES, " ".join(_SENTENCES), " ".join(_SENTENCES[:6]), " ".join(_SENTENCES[6:12]))
"""A few dozen texts, of which the last three are as long as chunks."""

LONG = 3
"""The number of samples at the end that are as long as chunks."""

QUESTIONS = (
    "What did the city decide about public transport?",
    "Wie stark ist die Inflation im Frühjahr?",
    "Who was surprised and walked out?",
    "Is there still a danger of strong winds?",
    "Which player got a red card in the second half?",
    "Wie lange dauerte die Untersuchung der Proben?",
    "Was sagt das Stadtoberhaupt zu den Anschuldigungen?",
    "Which tram line is running again?",
    "Gab es Verletzte?",
    "Qui veut changer l'âge de la retraite ?",
    "When will the factory shut down?",
    "¿Por qué tuvieron que salir de sus casas los vecinos?",
    "Who has to pay for rebuilding the bridge?",
    "Quando riprende il processo?",
    "Quem rejeitou o orçamento?",
    "Hoe staat het met het water in de rivier?",
    "Ile będzie wynosić najniższe wynagrodzenie?",
    "Wurde der Häftling freigelassen?",
    "När kommer budgeten?",
    "Milloin budjetti julkistetaan?",
    "Что решили депутаты?",
    "Які заходи безпеки вводять?",
    "Ποια μέτρα παίρνει η κυβέρνηση;",
    "Vergiler hakkında ne karar verildi?",
    "ماذا تفعل الدولة ضد ارتفاع الأسعار؟",
    "מה אושר בישיבת הממשלה?",
    "स्कूलों के लिए क्या घोषणा हुई?",
    "日本政府は景気のために何をしますか？",
    "明年有几条新的地铁线路？",
    "주택 시장에 대해 무엇이 발표되었나?",
    "รัฐบาลประกาศอะไร",
    "Chính phủ đã công bố điều gì?",
)
"""Questions about the first `len(QUESTIONS)` samples, each in its own language or another."""
