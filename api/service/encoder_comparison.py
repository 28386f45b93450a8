"""Measure on a sample of an archive which encoder is best; the choice is left to the user."""

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
"""With fewer queries, chance decides."""

DOUBTFUL_P = 0.05
"""At this p-value or above, a difference may well be due to chance."""

TryEncoder = Callable[[str, TestSet, Settings], Trial]


@dataclass(frozen=True, slots=True)
class EncoderComparison:
    """Trials by the requested name, best first by the deciding mode.

    `refused` says why others could not be tried. `p_of_best` is the p-value (paired randomisation)
    of each one's difference from the best; `archived` is how many articles the whole archive has.
    """

    test_set: TestSet
    trials: Mapping[str, Trial]
    refused: Mapping[str, str]
    p_of_best: Mapping[str, float]
    archived: int

    @property
    def best(self) -> str:
        """The encoder that finds most; `as_good` lists others that may be as good."""
        return next(iter(self.trials))

    @property
    def as_good(self) -> list[str]:
        """Those whose difference from the best may be due to chance."""
        return [name for name, p in self.p_of_best.items() if name != self.best and p >= DOUBTFUL_P]

    def whole_archive_s(self, name: str) -> float:
        """Estimate how long it would take to encode the whole archive."""
        trial = self.trials[name]
        return self.archived * trial.chunks_per_article / trial.chunks_per_s

    def whole_archive_bytes(self, name: str) -> float:
        """Estimate the size of the vectors of the whole archive."""
        return self.archived * self.trials[name].vector_bytes_per_article


def names_to_compare(snapshot: Snapshot) -> list[str]:
    """Return the encoders available here, and the index's own."""
    return list(dict.fromkeys([*at_hand(), snapshot.encoder.name]))


def judged_test_set(
    snapshot: Snapshot,
    archive: Archive,
    queries: Sequence[Query],
    qrels: Qrels,
    most: int,
) -> TestSet:
    """Return judged queries, the judged articles, and others up to `most` that compete.

    Raises EvaluationError if none of the judged articles is in the archive.
    """
    judged = {}
    for article_id in dict.fromkeys(each for grades in qrels.values() for each in grades):
        try:
            judged[article_id] = archive.get(article_id).article
        except ArticleNotFound:
            continue
    if not judged:
        raise EvaluationError(
            "none of the judged articles is in the archive: check that the judgments use "
            "the ids of articles"
        )
    others = {each.id: each for each in _sample(snapshot, archive, most)}
    room = max(0, most - len(judged))
    competing = [each for article_id, each in others.items() if article_id not in judged][:room]
    grades = {query_id: dict(own) for query_id, own in qrels.items()}
    return TestSet((*judged.values(), *competing), tuple(queries), grades, Mode.HYBRID)


def own_test_set(snapshot: Snapshot, archive: Archive, most: int) -> TestSet:
    """Make queries from the archive's own articles. Raises EvaluationError if there are too few."""
    test_set = known_items(_sample(snapshot, archive, most))
    if len(test_set.queries) < LEAST_QUESTIONS:
        raise EvaluationError(
            f"the archive yields {len(test_set.queries)} queries, but a comparison needs "
            f"{LEAST_QUESTIONS}: index more articles, or give judged queries with --queries and "
            "--qrels"
        )
    return test_set


def _sample(snapshot: Snapshot, archive: Archive, most: int) -> list[Article]:
    """Return about `most` articles, with each language in proportion."""
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
    """Try each encoder on the same sample, an encoder with two names only once.

    Raises EncoderError if none can be tried.
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
