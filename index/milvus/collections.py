"""A generation's collection: its fields and indexes, and the differences in Milvus Lite.

One row is one chunk; an article's first row (`chunk` 0) also contains its words as a sparse vector.
The fields used by filters are repeated in each row, so Milvus filters chunks before it ranks them.
"""

from collections.abc import Sequence
from typing import Any

from index.milvus.connection import Connection, DataType
from index.query import ExactField

CHUNK_BITS = 16
"""A row's primary key is its article's key, shifted, plus the number of the chunk."""

TERM_FIELDS = 4
"""An article's terms are spread over several arrays by `id % TERM_FIELDS`, of 4096 each."""

TERMS_OF_A_FIELD = 4096
"""Milvus's limit for an array."""

WRITTEN_ONCE = (
    ExactField.SOURCE,
    ExactField.SECTION,
    ExactField.PLACE,
    ExactField.PROVIDER,
)
WRITTEN_OFTEN = (ExactField.AUTHOR, ExactField.SUBJECT)
NAMES_OF_A_FIELD = 512
NAME_BYTES = 2048

NO_WORDS = 0
"""The sparse dimension of articles without words, since Milvus rejects empty vectors."""

MOST_ROWS = 16_384
"""Milvus's limit for the number of rows in one answer."""

UNDATED, INSTANT, WALL_CLOCK = 0, 1, 2
"""`date_kind`."""

NO_EMBARGO = -(2**62)
"""`embargo_end` of articles without an embargo."""


def terms_field(term: int) -> str:
    """The array that contains a term."""
    return f"terms_{term % TERM_FIELDS}"


def written_field(field: ExactField) -> str:
    """The field with values as written; filters read the folded ones."""
    return field.value if field is ExactField.LANGUAGE else f"{field.value}_as_written"


def name_of(prefix: str, generation: int) -> str:
    """The name of a generation's collection."""
    return f"{prefix}_{generation}"


def create(connection: Connection, name: str, dimension: int) -> None:
    """Create an empty collection, loaded and indexed, after dropping any of the same name."""
    connection.call(lambda client: client.drop_collection(name))

    def make(client: Any) -> None:
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("pk", DataType.INT64, is_primary=True)
        for field in ("key", "date_start", "embargo_end"):
            schema.add_field(field, DataType.INT64)
        for field in ("chunk", "chunk_start", "chunk_end", "title_length", "body_length"):
            schema.add_field(field, DataType.INT32)
        for field in ("date_kind", "has_vector"):
            schema.add_field(field, DataType.INT8)
        for field in ("article_id", "lang", *WRITTEN_ONCE, *map(written_field, WRITTEN_ONCE)):
            schema.add_field(field, DataType.VARCHAR, max_length=NAME_BYTES)
        for field in (*WRITTEN_OFTEN, *map(written_field, WRITTEN_OFTEN)):
            schema.add_field(
                field,
                DataType.ARRAY,
                element_type=DataType.VARCHAR,
                max_length=NAME_BYTES,
                max_capacity=NAMES_OF_A_FIELD,
            )
        for field in (*term_fields(), "title_terms", "title_only_terms"):
            schema.add_field(
                field,
                DataType.ARRAY,
                element_type=DataType.INT64,
                max_capacity=TERMS_OF_A_FIELD,
            )
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_field("meaning", DataType.FLOAT_VECTOR, dim=dimension)
        indexes = client.prepare_index_params()
        indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        indexes.add_index("meaning", index_type="AUTOINDEX", metric_type="IP")
        client.create_collection(name, schema=schema, index_params=indexes)

    connection.call(make)


def term_fields() -> Sequence[str]:
    """The names of the arrays of an article's terms."""
    return tuple(f"terms_{number}" for number in range(TERM_FIELDS))
