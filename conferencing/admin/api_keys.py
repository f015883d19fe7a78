"""Keys to the REST API: made here, shown once, revoked here. None is ever shown again."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from calls.records import ModelAdmin
from conferencing.models import ApiKey

_CHOSEN = ("name", "staff", "read_only")


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    list_display = ("name", "hint", "staff", "read_only", "created_at", "revoked_at")
    list_filter = ("staff", "read_only")
    search_fields = ("name",)
    ordering = ("-id",)
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ARG002
        return (*_CHOSEN, "hint", "id", "created_at", "revoked_at") if obj else _CHOSEN

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """A revoked key stays: conferences say which key made them."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("conferencing.change_apikey")

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(self.revoke_view)
        ours = path("<path:object_id>/revoke/", revoke, name="conferencing_apikey_revoke")
        return [ours, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:  # noqa: ARG002
        """`issue` writes the row; the secret lives as long as this request."""
        secret = ApiKey.issue(obj.name, staff=obj.staff, read_only=obj.read_only)
        issued = ApiKey.find(secret)
        assert issued is not None, "it was written a line ago"
        obj.pk = issued.pk
        request.issued_key = secret  # type: ignore[attr-defined]

    def response_add(
        self,
        request: HttpRequest,
        obj: ApiKey,
        post_url_continue: str | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Shown in the answer itself: a message would keep the secret in a cookie or a session."""
        context = {
            **self.admin_site.each_context(request),
            "title": "The new key",
            "opts": self.opts,
            "key": obj,
            "secret": request.issued_key,  # type: ignore[attr-defined]
        }
        page = TemplateResponse(request, "admin/conferencing/apikey/issued.html", context)
        page["Cache-Control"] = "no-store"
        return page

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        ours = {"may_revoke": self.has_revoke_permission(request)}
        return super().change_view(request, object_id, form_url, ours | (extra_context or {}))

    @admin.action(description="Revoke the chosen keys", permissions=["revoke"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        revoked = keys.filter(revoked_at=None).update(revoked_at=timezone.now())
        messages.success(request, f"Revoked: {revoked}.")

    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_revoke_permission(request):
            raise PermissionDenied
        key = self.get_object(request, unquote(object_id))
        if key is None:
            raise Http404
        self.revoke(request, ApiKey.objects.filter(pk=key.pk))
        self.log_change(request, key, "Revoked.")
        return redirect("admin:conferencing_apikey_change", quote(key.pk))
