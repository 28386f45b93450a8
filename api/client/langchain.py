"""A LangChain retriever over a running server; needs `newsearch[langchain]`."""

from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from api.client.asynchronous import AsyncClient
from api.client.documents import about, text_of
from api.client.synchronous import DEFAULT_URL, Client
from api.schemas.hits import HitBody


class NewsRetriever(BaseRetriever):
    """Retrieves the best passages of articles. Raises what `Client.search` raises.

    `parameters` are those of a search (`mode`, `lang`, `date_from`…); `headers` may contain a key.
    """

    url: str = DEFAULT_URL
    limit: int = 5
    parameters: dict[str, Any] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict, repr=False)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        with Client(self.url, headers=self.headers) as client:
            page = client.search(query, limit=self.limit, **self.parameters)
        return [_document(hit) for hit in page.hits]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        async with AsyncClient(self.url, headers=self.headers) as client:
            page = await client.search(query, limit=self.limit, **self.parameters)
        return [_document(hit) for hit in page.hits]


def _document(hit: HitBody) -> Document:
    return Document(id=hit.id, page_content=text_of(hit), metadata=about(hit))
