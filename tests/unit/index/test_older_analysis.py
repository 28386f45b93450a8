"""An index that an earlier version analysed says so, and takes no articles until it is rebuilt."""

from dataclasses import replace
from pathlib import Path

import pytest
from newsrooms import RECORDS, articles_of, service_in

from index.errors import StoreError
from index.local import manifest as manifests
from search.request import SearchRequest

NOTE = "the index was made by an earlier version"


def test_an_older_analysis_is_told_until_the_index_is_rebuilt(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with service_in(data) as service:
        service.archive.put(articles_of(service, RECORDS))
        service.upkeep.sync()
        page = service.rooms.indexed().search(SearchRequest("ferry"))
        assert not any(NOTE in note.text for note in page.warnings)
        folder = service.settings.index_folder
    current = manifests.read_current(folder)
    older = {**current.analyzers, "de": "an earlier one"}
    manifests.commit(folder, replace(current, number=current.number + 1, analyzers=older))
    with service_in(data) as service:
        page = service.rooms.indexed().search(SearchRequest("ferry"))
        assert page.hits
        assert [NOTE in note.text for note in page.warnings].count(True) == 1
        more = [{"id": "more", "text": "Another ferry waits at the pier.", "lang": "en"}]
        service.archive.put(articles_of(service, more))
        with pytest.raises(StoreError, match="reindex"):
            service.upkeep.sync()
        service.upkeep.reindex()
        page = service.rooms.indexed().search(SearchRequest("ferry"))
        assert not any(NOTE in note.text for note in page.warnings)
        assert "more" in {hit.stored.article.id for hit in page.hits}
