"""From files and folders to articles: one format per module, chosen by content, then by suffix.

`read` streams; whatever cannot be read becomes a RecordError with its place, and reading continues.
`measure` says beforehand how much there is to read.
"""

from index.readers.options import ReadOptions
from index.readers.reading import InputSize, ReadRun, measure, read
from index.readers.records import record_or_error

__all__ = ["InputSize", "ReadOptions", "ReadRun", "measure", "read", "record_or_error"]
