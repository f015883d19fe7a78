"""The routes: the admin, and whatever `conferencing` serves."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("conferencing.urls")),
    path("admin/", admin.site.urls),
]
