"""Reads a file and prints, as JSON: articles, errors, and the most memory it took beyond the start.

reading_memory.py FILE
"""

import json
import resource
import sys

from index.domain import Article
from index.readers import ReadOptions, read


def most_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    before_kb, articles, errors = most_kb(), 0, []
    for record in read([sys.argv[1]], ReadOptions(detect=lambda _: "xx")).records:
        if isinstance(record, Article):
            articles += 1
        else:
            errors.append(record.why)
    print(json.dumps([articles, errors, most_kb() - before_kb]))
