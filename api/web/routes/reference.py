"""`/docs`: the API to read and to try, with Swagger UI's files from a package of this machine."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.exceptions import HTTPException

from api.web import assets
from api.web.rendering import POLICY, render

REFERENCE_POLICY = (
    POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    .replace("img-src 'self'", "img-src 'self' data:")
)  # fmt: skip
"""Swagger UI sets styles in its markup, and its symbols are in its style sheet."""

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def get_reference(request: Request) -> Response:
    """Show every call of the API."""
    page = render(request, "reference.html", {"files": assets.reference_files()})
    page.headers["Content-Security-Policy"] = REFERENCE_POLICY
    return page


@router.get("/docs/{name}")
def get_reference_file(name: Annotated[str, Path()]) -> Response:
    """Send a file of Swagger UI; its URL changes with its content."""
    by_address = {asset.address: asset for asset in assets.reference_files().values()}
    asset = by_address.get(f"/docs/{name}")
    if asset is None:
        raise HTTPException(404)
    headers = {"Cache-Control": assets.FOREVER}
    return Response(asset.content, media_type=asset.media_type, headers=headers)
