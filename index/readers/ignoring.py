"""`.newsearchignore`: which files and folders of a folder are left out. Owns the pathspec adapter.

The syntax and the rules are those of gitignore: a file speaks for its folder and all below, the
deeper one and the later line win, `!` takes back.
"""

from pathlib import Path

from pathspec import GitIgnoreSpec

from index.errors import RecordError
from index.readers.source import failures, shown

IGNORE_FILE = ".newsearchignore"


def ignore_rules(folder: Path) -> GitIgnoreSpec | None:
    """The rules of one folder, if it has any. Raises RecordError for rules that cannot be read."""
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
            f"its rules cannot be read ({error}); its folder is left out until they can",
        ) from error


def verdict(rules: GitIgnoreSpec, relative_path: str) -> bool | None:
    """True to leave out, False to keep against rules above, None for no opinion.

    `relative_path` begins at the rules' folder, with `/` between and, for a folder, behind.
    """
    return rules.check_file(relative_path).include
