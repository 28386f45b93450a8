"""The synonyms of an archive: `synonyms.txt` for all languages, `synonyms.de.txt` for one.

They lie in the data folder and are read again when they have changed, so a running server follows.
Words are compared by the analysis of the file's language: a rule for "Handy" holds for "Handys".
"""

import logging
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from index.domain import UNKNOWN_LANGUAGE
from index.protocols import Analyzer, AnalyzerFor
from index.text.language_tags import primary_subtag
from search.expansion.synonym_rules import SynonymFault, SynonymRule, read_rules

_log = logging.getLogger(__name__)

_NAME = re.compile(r"synonyms(?:\.(?P<language>[^.]*))?\.txt")

Terms = tuple[str, ...]
"""The index terms of an entry's words."""


@dataclass(frozen=True)
class SynonymFile:
    """One file as read. `language` is None for all languages."""

    path: Path
    language: str | None
    rules: tuple[SynonymRule, ...]
    faults: tuple[SynonymFault, ...]
    analyzer: Analyzer

    @cached_property
    def by_terms(self) -> Mapping[Terms, Sequence[SynonymRule]]:
        """The rules for an entry, by its terms."""
        found: dict[Terms, list[SynonymRule]] = {}
        for rule in self.rules:
            for terms in dict.fromkeys(map(self.terms_of, rule.left)):
                found.setdefault(terms, []).append(rule)
        return found

    @cached_property
    def longest(self) -> int:
        """The most words of an entry on the left."""
        return max(map(len, self.by_terms), default=0)

    def terms_of(self, text: str) -> Terms:
        """The terms of the words of a text."""
        words = self.analyzer.split(text)
        return tuple(self.analyzer.query_terms(word)[0].term for word in words)


class SynonymFiles:
    """The files of a folder as they are now. Safe to share between threads."""

    def __init__(self, folder: Path, analyzer_for: AnalyzerFor) -> None:
        self._folder = folder
        self._analyzer_for = analyzer_for
        self._lock = threading.Lock()
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._files: tuple[SynonymFile, ...] = ()

    def current(self) -> tuple[SynonymFile, ...]:
        """The files, read again if any has changed since the last call; in order of their names."""
        with self._lock:
            seen = self._look()
            if seen != self._seen:
                self._files = tuple(self._read(self._folder / name) for name, _, _ in seen)
                self._seen = seen
                _warn(self._files)
            return self._files

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        """The name, time of change and size of each file."""
        found = []
        for path in self._folder.glob("synonyms*.txt"):
            try:
                stat = path.stat()
            except FileNotFoundError:  # removed since it was listed
                continue
            if _NAME.fullmatch(path.name):
                found.append((path.name, stat.st_mtime_ns, stat.st_size))
        return tuple(sorted(found))

    def _read(self, path: Path) -> SynonymFile:
        faults: list[SynonymFault] = []
        language, text = None, ""
        try:
            language = _language_of(path.name)
            text = path.read_bytes().decode()
        except ValueError as error:
            faults.append(SynonymFault(1, _why(error)))
        except OSError as error:
            faults.append(SynonymFault(1, f"the file cannot be read ({error.strerror})"))
        read = list(read_rules(text))
        rules = tuple(one for one in read if isinstance(one, SynonymRule))
        faults += [one for one in read if isinstance(one, SynonymFault)]
        analyzer = self._analyzer_for(language or UNKNOWN_LANGUAGE)
        return SynonymFile(path, language, rules, tuple(faults), analyzer)


def _language_of(name: str) -> str | None:
    match = _NAME.fullmatch(name)
    tag = None if match is None else match["language"]
    if tag is None:
        return None
    language = primary_subtag(tag)
    if not language:
        raise ValueError(f"{tag!r} in the file's name is not a language code such as de")
    return language


def _why(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"the file is not UTF-8 (byte {error.start}); save it as UTF-8"
    return str(error)


def _warn(files: Iterable[SynonymFile]) -> None:
    for file in files:
        for fault in file.faults:
            _log.warning("%s:%d: %s", file.path, fault.line, fault.why)
