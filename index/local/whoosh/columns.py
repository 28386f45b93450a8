"""The columns of a segment as Whoosh's column readers, for sorting and grouping."""

import numpy as np
from whoosh import columns as whoosh_columns
from whoosh.fields import DATETIME

from index.local.whoosh.schema import whoosh_date
from index.query import ExactField
from index.segment.columns import UNDATED_S, Columns


class IdColumn(whoosh_columns.ColumnReader):  # type: ignore[misc]
    """Each article's id, as bytes."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._doccount = len(columns)

    def __getitem__(self, docnum: int) -> bytes:
        return self._columns.article_id(docnum).encode()


class CodedColumn(whoosh_columns.ColumnReader):  # type: ignore[misc]
    """A field with one value per article, as written, as bytes; empty without one."""

    def __init__(self, columns: Columns, field: ExactField) -> None:
        self._values = [value.encode() for value in columns.values(field)]
        self._codes = columns.codes(field)
        self._doccount = len(columns)

    def __getitem__(self, docnum: int) -> bytes:
        code = int(self._codes[docnum])
        return self._values[code] if code >= 0 else b""


class DateColumn(whoosh_columns.ColumnReader):  # type: ignore[misc]
    """Each article's date as Whoosh sorts it; Whoosh's default without one, which comes last."""

    def __init__(
        self, columns: Columns, column: whoosh_columns.NumericColumn, field: DATETIME
    ) -> None:
        self._starts = columns.dates(np.arange(len(columns)))
        self._field = field
        self._missing = column.default_value()
        self._doccount = len(columns)
        self._is_reverse = False

    def __getitem__(self, docnum: int) -> int:
        start_s = int(self._starts[docnum])
        if start_s == UNDATED_S:
            return int(self._missing)
        return int(self._field.to_column_value(whoosh_date(start_s)))

    def sort_key(self, docnum: int) -> int:
        """The value, negated if the order is reversed; undated articles come last either way."""
        if not self._is_reverse or self._starts[docnum] == UNDATED_S:
            return self[docnum]
        return -self[docnum]

    def set_reverse(self) -> None:
        """Sort the newest first."""
        self._is_reverse = True
