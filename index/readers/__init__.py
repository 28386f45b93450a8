"""From files and folders to articles: one format per module, chosen by suffix or content.

`read` streams; whatever cannot be read comes out as a RecordError with its place, and the rest goes
on. `measure` tells beforehand how much there is to read.
"""

from index.readers.options import ReadOptions
from index.readers.reading import InputSize, Reading, measure, read

__all__ = ["InputSize", "ReadOptions", "Reading", "measure", "read"]
