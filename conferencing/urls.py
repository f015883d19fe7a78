"""The routes of the product: the API, the webhooks, the pages."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from conferencing import health, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("twilio/", include("conferencing.carrier.urls")),
    path("", include("conferencing.api.urls")),
    re_path("^healthz/?$", health.healthz),
    re_path("^readyz/?$", health.readyz),
    re_path("^metrics/?$", metrics.metrics),
]
