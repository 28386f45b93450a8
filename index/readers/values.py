"""Values of tables and documents as JSON values."""

import base64
import math
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_MAX_DEPTH = 32


def plain_value(value: Any, depth: int = 0) -> Any:
    """Dates become ISO 8601, NaN becomes null, bytes become base64, and anything else a string.

    Raises ValueError for values nested too deeply.
    """
    if depth > _MAX_DEPTH:
        raise ValueError(f"a value is nested more than {_MAX_DEPTH} deep")
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_value(float(value))
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(name): plain_value(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain_value(item, depth + 1) for item in value]
    return str(value)
