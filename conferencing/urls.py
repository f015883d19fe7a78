"""The routes of the product: the API, the webhooks, the pages."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("twilio/", include("conferencing.carrier.urls")),
    path("", include("conferencing.api.urls")),
]
