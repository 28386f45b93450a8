"""A Haystack component over a running server; needs `newsearch[haystack]`."""

from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict

from api.client.documents import about, text_of
from api.client.synchronous import DEFAULT_URL, Client
from api.schemas.hits import HitBody


@component
class NewsRetriever:
    """Retrieves the best passages of articles. `run` raises what `Client.search` raises.

    `parameters` are those of a search, such as `mode`, `lang`, `date_from`. A serialised pipeline
    contains them and the address but not `headers`, so a key must be given again.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        limit: int = 5,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.url, self.limit = url, limit
        self.parameters, self._headers = parameters or {}, headers

    @component.output_types(documents=list[Document])
    def run(self, query: str, limit: int | None = None) -> dict[str, list[Document]]:
        """Return the best articles for a query as `documents`."""
        with Client(self.url, headers=self._headers) as client:
            page = client.search(query, limit=limit or self.limit, **self.parameters)
        return {"documents": [_document(hit) for hit in page.hits]}

    def to_dict(self) -> dict[str, Any]:
        """Serialise this component."""
        return dict(
            default_to_dict(self, url=self.url, limit=self.limit, parameters=self.parameters)
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "NewsRetriever":
        """Return the component from its serialised form."""
        made: NewsRetriever = default_from_dict(cls, data)
        return made


def _document(hit: HitBody) -> Document:
    meta = {name: value for name, value in about(hit).items() if name not in ("id", "score")}
    return Document(id=hit.id, content=text_of(hit), score=hit.score, meta=meta)
