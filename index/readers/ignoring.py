"""`.newsearchignore`: which files and folders of a folder are left out. Owns the pathspec adapter.

Syntax and rules are those of gitignore: a file applies to its folder and everything below, the
deeper file and the later line win, and `!` negates.
"""

from pathlib import Path

from pathspec import GitIgnoreSpec

from index.errors import RecordError
from index.readers.source import failures, shown

IGNORE_FILE = ".newsearchignore"


def ignore_rules(folder: Path) -> GitIgnoreSpec | None:
    """The rules of one folder, if it has any. Raises RecordError if they cannot be read."""
    path = folder / IGNORE_FILE
    with failures(shown(path)):
        if not path.is_file():
            return None
        data = path.read_bytes()
    try:
        return GitIgnoreSpec.from_lines(data.decode("utf-8-sig").splitlines())
    except ValueError as error:
        raise RecordError(
            shown(path),
            f"its rules cannot be read ({error}); its folder is skipped until they are fixed",
        ) from error


def verdict(rules: GitIgnoreSpec, relative_path: str) -> bool | None:
    """True to leave out, False to keep despite rules further up, None for no opinion.

    `relative_path` is relative to the rules' folder, with `/` as separator and, for a folder, at
    the end.
    """
    return rules.check_file(relative_path).include
