"""OpenTelemetry traces, an extra: a span for each request and for each stage inside it."""

from typing import TYPE_CHECKING

from api.settings.version import version
from index.errors import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

SERVICE = "newsearch"
EXPORT_S = 3
"""How long an unresponsive collector may delay the end of a server."""


def provider_to(endpoint: str) -> "TracerProvider":
    """Return a provider that sends spans to a collector (OTLP over HTTP). Raises SettingsError."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(
            "otel_endpoint needs OpenTelemetry: pip install 'newsearch[otel]'"
        ) from error
    resource = Resource.create({"service.name": SERVICE, "service.version": version()})
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
