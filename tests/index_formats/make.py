"""Makes the sample of one index format: run it with the code of a commit that writes the format.

    git archive COMMIT | tar -x -C OLD
    PYTHONPATH=OLD:OLD/tests/support python tests/index_formats/make.py format-N.tar.xz

The sample is a data folder with a few articles, an update and a deletion, made with the hashing
encoder. It stays as it is for ever: a newsearch that cannot read it must say so. (Format 3 was
written while the archive's schema was still in the making: its sample has an archive of schema 1.)
"""

import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path

from newsrooms import articles_of, service_in

RECORDS = [
    {"id": "ferry", "title": "Night ferry", "text": "The ferry left the harbour.", "lang": "en"},
    {"id": "bridge", "title": "Bridge", "text": "The bridge is closed.", "lang": "en"},
    {"id": "faehre", "title": "Fähre", "text": "Die Fähre legt wieder ab.", "lang": "de"},
    {"id": "gone", "title": "Gone", "text": "This ferry was withdrawn.", "lang": "en"},
]
CHANGED = [{**RECORDS[1], "text": "The bridge is open to the ferry."}]


def main(target: Path) -> None:
    """Make the sample."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        with service_in(folder) as service:
            service.archive.put(articles_of(service, RECORDS))
            service.upkeep.sync()
            service.archive.put(articles_of(service, CHANGED))
            service.archive.delete(["gone"])
            service.upkeep.sync()
        connection = sqlite3.connect(folder / "archive.sqlite")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
        connection.close()
        with tarfile.open(target, "w:xz") as packed:
            packed.add(folder, arcname="data")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
