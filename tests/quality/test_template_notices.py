"""Notices made from a template are no copies of each other; reprints of one of them are."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from newsrooms import articles_of, service_in
from template_notices import FRAMES, NOTICES, REPRINTS

from api.service.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_in(tmp_path) as running:
        yield running


def copies(service: Service) -> set[frozenset[str]]:
    ids = {stored.revision: stored.article.id for stored in service.archive.iterate()}
    groups = service.groups.newest().copies(np.array(list(ids), np.int64))
    return {frozenset(ids[key] for key in group) for group in groups.values()}


def add(service: Service, records: Sequence[Mapping[str, Any]], at_once: int) -> None:
    for start in range(0, len(records), at_once):
        service.archive.put(articles_of(service, records[start : start + at_once]))
        service.upkeep.sync()


@pytest.mark.parametrize("at_once", [1, len(NOTICES)])
def test_no_notice_is_a_copy_of_another(service: Service, at_once: int) -> None:
    assert len(NOTICES) >= 60
    assert len({frame.kind for frame in FRAMES}) >= 10
    add(service, NOTICES, at_once)
    assert not copies(service)


def test_reprints_are_copies_of_their_own_notice(service: Service) -> None:
    add(service, [*NOTICES, *REPRINTS.values()], at_once=20)
    assert copies(service) == {
        frozenset({notice, reprint["id"]}) for notice, reprint in REPRINTS.items()
    }
