"""Which encoder is best for an archive, measured on a sample of it; the choice stays the user's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from api.service.encoder_trial import Trial, try_encoder
from api.settings.settings import Settings
from index.domain import Article, Progress
from index.encoder.loading import at_hand
from index.errors import ArticleNotFound, EncoderError, EvaluationError
from index.protocols import Archive, ProgressListener, Snapshot
from search.evaluation.compare import compare
from search.evaluation.known_items import TestSet, known_items
from search.evaluation.qrels import Qrels
from search.evaluation.queries import Query
from search.request import Mode

LEAST_QUESTIONS = 20
"""With fewer, chance decides."""

DOUBTFUL_P = 0.05
"""From this p-value on a difference may well be chance."""

TryEncoder = Callable[[str, TestSet, Settings], Trial]


@dataclass(frozen=True, slots=True)
class EncoderComparison:
    """Trials by the name that was asked for, best first by the mode that decides; `refused` says
    why others could not be tried. `p_of_best` is the p-value (paired randomisation) of each one's
    difference to the best; `archived` how many articles the whole archive has."""

    test_set: TestSet
    trials: Mapping[str, Trial]
    refused: Mapping[str, str]
    p_of_best: Mapping[str, float]
    archived: int

    @property
    def best(self) -> str:
        """The one that finds most; others may be as good, see `as_good`."""
        return next(iter(self.trials))

    @property
    def as_good(self) -> list[str]:
        """Those whose difference to the best may be chance."""
        return [name for name, p in self.p_of_best.items() if name != self.best and p >= DOUBTFUL_P]

    def whole_archive_s(self, name: str) -> float:
        """About how long it would take to encode the whole archive."""
        trial = self.trials[name]
        return self.archived * trial.chunks_per_article / trial.chunks_per_s

    def whole_archive_bytes(self, name: str) -> float:
        """About how much the vectors of the whole archive would take."""
        return self.archived * self.trials[name].vector_bytes_per_article


def names_to_compare(snapshot: Snapshot) -> list[str]:
    """The encoders at hand here, and the index's own."""
    return list(dict.fromkeys([*at_hand(), snapshot.encoder.name]))


def judged_test_set(
    snapshot: Snapshot,
    archive: Archive,
    queries: Sequence[Query],
    qrels: Qrels,
    most: int,
) -> TestSet:
    """Judged questions, the articles that were judged, and others up to `most` that compete.

    Raises EvaluationError where none of the judged articles is in the archive.
    """
    judged = {}
    for article_id in dict.fromkeys(each for grades in qrels.values() for each in grades):
        try:
            judged[article_id] = archive.get(article_id).article
        except ArticleNotFound:
            continue
    if not judged:
        raise EvaluationError(
            "none of the judged articles is in the archive: check that the judgments name "
            "articles by their ids"
        )
    others = {each.id: each for each in _sample(snapshot, archive, most)}
    room = max(0, most - len(judged))
    competing = [each for article_id, each in others.items() if article_id not in judged][:room]
    grades = {query_id: dict(own) for query_id, own in qrels.items()}
    return TestSet((*judged.values(), *competing), tuple(queries), grades, Mode.HYBRID)


def own_test_set(snapshot: Snapshot, archive: Archive, most: int) -> TestSet:
    """Questions made of the archive's own articles. Raises EvaluationError where it has few."""
    test_set = known_items(_sample(snapshot, archive, most))
    if len(test_set.queries) < LEAST_QUESTIONS:
        raise EvaluationError(
            f"the archive gives {len(test_set.queries)} questions, and a comparison needs "
            f"{LEAST_QUESTIONS}: index more articles, or name judged questions with --queries and "
            "--qrels"
        )
    return test_set


def _sample(snapshot: Snapshot, archive: Archive, most: int) -> list[Article]:
    """About `most` articles, each language in its share."""
    languages = snapshot.stats().languages
    total = sum(languages.values())
    found: list[Article] = []
    for language, count in languages.items():
        share = max(1, round(most * count / total))
        keys = snapshot.sample_keys(language, share, seed=0).tolist()
        found.extend(stored.article for stored in archive.revisions(keys).values())
    return found


def compare_encoders(
    names: Sequence[str],
    test_set: TestSet,
    settings: Settings,
    archived: int,
    *,
    on_progress: ProgressListener | None = None,
    trying: TryEncoder = try_encoder,
) -> EncoderComparison:
    """Try each encoder on the same sample. One that two names stand for is tried once.

    Raises EncoderError where none can be tried.
    """
    trials: dict[str, Trial] = {}
    refused: dict[str, str] = {}
    for done, name in enumerate(names):
        if on_progress is not None:
            on_progress(Progress(f"trying {name}", done, len(names)))
        try:
            trial = trying(name, test_set, settings)
        except EncoderError as error:
            refused[name] = str(error)
            continue
        if all(trial.identity.revision != other.identity.revision for other in trials.values()):
            trials[name] = trial
    if not trials:
        raise EncoderError("; ".join(refused.values()))
    decides = test_set.decides
    ranked = dict(sorted(trials.items(), key=lambda item: -item[1].mean(decides)))
    best = next(iter(ranked.values())).values[decides]
    p_of_best = {
        name: compare(trial.values[decides], best).randomisation_p for name, trial in ranked.items()
    }
    return EncoderComparison(test_set, ranked, refused, p_of_best, archived)
