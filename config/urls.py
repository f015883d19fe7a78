"""The routes: the activity feed, the admin, and whatever `conferencing` serves."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("conferencing.urls")),
    path("admin/activity", RedirectView.as_view(pattern_name="activity:page", query_string=True)),
    path("admin/activity/", include("conferencing.admin.activity.urls")),
    path("admin/", admin.site.urls),
]

# Below /api/ these are JSON in the API's shape.
handler400 = "conferencing.api.django_errors.bad_request"
handler403 = "conferencing.api.django_errors.permission_denied"
handler404 = "conferencing.api.django_errors.not_found"
handler500 = "conferencing.api.django_errors.server_error"
