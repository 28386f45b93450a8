"""A writer that kills itself (SIGKILL) at a named step of a named operation.

Run as `python crashing_writer.py FOLDER OPERATION STEP COUNT`: the process dies when STEP is
reached for the COUNT-th time, or ends with status 0 if it never is.
"""

import os
import signal
import sys
from pathlib import Path

from corpora import RANDOM_ENCODER, article, indexed

from index.analysis import analyzer_for
from index.local import LocalStore

BEFORE = {"a": "first text", "b": "second text", "c": "third text"}
AFTER = {"a": "first text changed", "c": "third text", "d": "fourth text"}
REBUILT = {"x": "text one", "y": "text two"}


def main(folder: Path, operation: str, step: str, count: int) -> None:
    left = count

    def on_step(reached: str) -> None:
        nonlocal left
        left -= reached == step
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    store = LocalStore(folder, analyzer_for, on_step=on_step)
    if operation == "commit":
        with store.writer(RANDOM_ENCODER) as writer:
            changed = [article("a", AFTER["a"]), article("d", AFTER["d"])]
            writer.commit(indexed(changed, 10), ["b"], 12)
    elif operation == "merge":
        with store.writer(RANDOM_ENCODER) as writer:
            while writer.merge():
                pass
    else:
        with store.rebuild(RANDOM_ENCODER) as writer:
            for revision, key in ((20, "x"), (21, "y")):
                if writer.archive_revision < revision:
                    writer.commit(indexed([article(key, REBUILT[key])], revision), [], revision)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
