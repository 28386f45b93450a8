"""`/v1/articles`: read, post and delete articles."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from api.http.access.rules import WRITE, needs
from api.http.problem_responses import documented, problem
from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import (
    NoParameters,
    TheIndexer,
    TheRoom,
    TheService,
)
from api.http.routes.examples import ARTICLE, ARTICLE_LINES
from api.http.routes.jobs import TheRunners, accepted
from api.http.routes.posted_articles import KeptBody, PostedRecord, posted
from api.problems import kind_of
from api.schemas.articles import (
    ArticleBody,
    DeletionBody,
    FailureBody,
    ImportBody,
    NoteBody,
    OutcomeBody,
    article_body,
)
from api.schemas.jobs import JobBody
from api.service.intake import Intake
from api.service.service import Service
from api.stores.jobs import JobKind
from index.domain import Article
from index.errors import ArticleNotFound, RecordError

ArticleId = Annotated[
    str, Path(description="The article's id; may contain slashes.", examples=["ferry-2025-03-04"])
]

router = APIRouter(
    route_class=BodyRoute, prefix="/v1/articles", tags=["articles"], dependencies=[NoParameters]
)

POSTED_SCHEMAS = {
    "PostedArticle": {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}},
        "additionalProperties": True,
        "description": "An article; docs/formats.md lists its fields.",
    },
    "PostedArticles": {
        "oneOf": [
            {"$ref": "#/components/schemas/PostedArticle"},
            {"type": "array", "items": {"type": "object", "required": ["text"]}},
        ],
        "description": "One article, or several.",
    },
}
"""Have names, because generators of clients cannot handle a choice without one; and the items of
the array have none, because some import the name twice.
"""

_POSTED = {
    "requestBody": {
        "required": True,
        "description": "One article, a list of articles, or one article per line. Only `text` is "
        "required; fields that newsearch does not know are kept as metadata.",
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/PostedArticles"},
                "examples": {
                    "one": {"summary": "One article", "value": ARTICLE},
                    "several": {"summary": "Several articles", "value": [ARTICLE]},
                },
            },
            "application/x-ndjson": {"schema": {"type": "string"}, "example": ARTICLE_LINES},
        },
    }
}


@router.get("/{article_id:path}", summary="Read an article", responses=documented(400, 404, 503))
def get_article(article_id: ArticleId, room: TheRoom) -> ArticleBody:
    """The article as archived, whether or not it has been indexed.

    An article that is withheld, cancelled or under embargo is answered with 404.
    """
    return article_body(room.article(article_id))


@router.post(
    "",
    summary="Add or update articles",
    response_model=ImportBody,
    responses={202: {"model": JobBody}, **documented(400, 408, 413, 415, 503)},
    openapi_extra=_POSTED,
)
@needs(WRITE)
def post_articles(
    records: Annotated[list[PostedRecord] | KeptBody, Depends(posted)],
    service: TheService,
    indexer: TheIndexer,
    runners: TheRunners,
) -> ImportBody | JSONResponse:
    """The articles are durable once the answer is 200; `searchable` says whether they can be found.

    A record that cannot be read is listed in `failures` with its place; the others are added. If
    none can be read, the answer is 400. A body above `max_body_bytes`, or one sent with `Prefer:
    respond-async`, becomes a job, and the answer is 202.
    """
    if isinstance(records, KeptBody):
        job = service.jobs.add(JobKind.IMPORT, {"body": records.name})
        runners.wake()
        return accepted(job)
    intake = service.ingest.put(_articles(records, service), keeps_outcomes=True)
    if intake.failures and not intake.taken:
        return _refused(intake)
    return _import_body(intake, _is_searchable(intake, service, indexer))


def _articles(found: list[PostedRecord], service: Service) -> Iterator[Article | RecordError]:
    for record in found:
        yield record.error or service.ingest.article_from(record.value, record.place)


def _is_searchable(intake: Intake, service: TheService, indexer: TheIndexer) -> bool:
    return indexer.wait_until_searchable(intake.last_revision, service.settings.index_wait_s)


def _import_body(intake: Intake, is_searchable: bool) -> ImportBody:
    counts = intake.counts
    return ImportBody(
        added=counts["added"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        outdated=counts["outdated"],
        failed=len(intake.failures),
        articles=[
            OutcomeBody(id=outcome.article_id, status=outcome.status) for outcome in intake.outcomes
        ],
        failures=_failures(intake),
        notes=[NoteBody(place=note.place, what=note.what) for note in intake.notes],
        searchable=is_searchable,
    )


def _failures(intake: Intake) -> list[FailureBody]:
    return [FailureBody(place=failure.place, why=failure.why) for failure in intake.failures]


def _refused(intake: Intake) -> JSONResponse:
    kind = kind_of(intake.failures[0])
    return problem(
        kind.status,
        kind.name,
        kind.title,
        str(intake.failures[0]),
        failures=[failure.to_json() for failure in _failures(intake)],
    )


@router.delete(
    "/{article_id:path}", summary="Delete an article", responses=documented(400, 404, 503)
)
@needs(WRITE)
def delete_article(article_id: ArticleId, service: TheService, indexer: TheIndexer) -> DeletionBody:
    """Deletes the article and the text of all its revisions for good."""
    deleted = service.archive.delete([article_id])
    if not deleted:
        raise ArticleNotFound(article_id)
    revision = service.archive.last_revision()
    is_done = indexer.wait_until_searchable(revision, service.settings.index_wait_s)
    return DeletionBody(deleted=deleted, searchable=is_done)
