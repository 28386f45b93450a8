"""The base class of all JSON answers."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A part of an answer; can be validated from an object with attributes of the same names."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return self.model_dump(mode="json")

    def to_json_bytes(self) -> bytes:
        """Return the same values as JSON in UTF-8."""
        return self.model_dump_json(by_alias=True).encode()
