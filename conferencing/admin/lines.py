"""Our lines, to edit, and the rehearsal: what would a caller hear?"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from calls import wording
from calls.models import Call, ForwardTarget, Line, LineOption, OpeningHours
from calls.records import ModelAdmin
from calls.states import LineAction
from conferencing import lines
from conferencing.admin import line_forms, line_rehearsal

if TYPE_CHECKING:
    Inline = admin.TabularInline[Any, Any]
    BaseAdmin = admin.options.BaseModelAdmin[Any]
else:
    Inline = admin.TabularInline
    BaseAdmin = admin.options.BaseModelAdmin

_WORDS = {
    LineAction.FORWARD: "rings {phones}",
    LineAction.VOICEMAIL: "takes a message",
    LineAction.CONFERENCE: "asks for a conference code",
    LineAction.SAY: "says something",
}


_CHOICES = {
    LineAction.FORWARD: "put through to a person",
    LineAction.VOICEMAIL: "take a message",
    LineAction.CONFERENCE: "ask for a conference code",
    LineAction.SAY: "say something and return",
}


class InWords(BaseAdmin):
    """Shows what a key or a line does as people say it."""

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name.endswith("action"):
            options["choices"] = [
                (word, _CHOICES[LineAction(word)]) for word, _ in db_field.choices
            ]
        return super().formfield_for_choice_field(db_field, request, **options)


class OptionInline(InWords, Inline):
    model = LineOption
    form = line_forms.OptionForm
    formset = line_forms.OptionFormSet
    extra = 0
    verbose_name = "key of the menu"
    verbose_name_plural = "menu: without keys, the line takes its default way at once"


class TargetInline(Inline):
    model = ForwardTarget
    form = line_forms.TargetForm
    formset = line_forms.TargetFormSet
    extra = 0
    verbose_name = "phone"
    verbose_name_plural = "phones that calls are forwarded to"


class HoursInline(Inline):
    model = OpeningHours
    form = line_forms.HoursForm
    extra = 0
    verbose_name_plural = "opening hours: without any, the line is always open"


@admin.register(Line)
class LineAdmin(InWords, ModelAdmin):
    form = line_forms.LineForm
    list_display = ("number_as_written", "label", "open_now", "menu", "hear")
    ordering = ("number",)
    inlines = (OptionInline, TargetInline, HoursInline)
    fieldsets = (
        (None, {"fields": ("number", "label", "greeting", ("language", "voice"))}),
        ("Without a key", {"fields": ("default_action",)}),
        (
            "Forwarding",
            {"fields": ("ring_seconds", "ring_together", "confirm_forward", "show_caller")},
        ),
        ("Closed", {"fields": ("time_zone", "closed_text", "closed_action")}),
    )

    class Media:
        css = {"all": ["calls/records.css", "lines/lines.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        related = ("options", "targets", "opening_hours")
        return super().get_queryset(request).prefetch_related(*related)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Calls refer to their line for good."""
        if obj is not None and Call.objects.filter(line_id=obj.pk).exists():
            return False
        return super().has_delete_permission(request, obj)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        lines.create_missing()
        return super().changelist_view(request, extra_context)

    @admin.display(description="number", ordering="number")
    def number_as_written(self, line: Line) -> str:
        return wording.number(line.number)

    @admin.display(description="open now", boolean=True)
    def open_now(self, line: Line) -> bool:
        return line.is_open(timezone.now())

    @admin.display(description="menu")
    def menu(self, line: Line) -> str:
        keys = [f"{each.digit} {_does(line, each.action)}" for each in line.options.all()]
        return "; ".join(
            [*keys, f"{'else' if keys else 'at once'} {_does(line, line.default_action)}"]
        )

    @admin.display(description="")
    def hear(self, line: Line) -> SafeString:
        return format_html('<a href="{}">What would a caller hear?</a>', _rehearsal_url(line))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.rehearsal_view)
        ours = path("<path:object_id>/rehearsal/", view, name="calls_line_rehearsal")
        return [ours, *super().get_urls()]

    def rehearsal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Shows what would happen, and writes nothing."""
        line = self.get_object(request, unquote(object_id))
        if line is None:
            raise Http404
        if not self.has_view_permission(request, line):
            raise PermissionDenied
        form = line_rehearsal.RehearsalForm.asked(line, request.GET)
        context = {
            **self.admin_site.each_context(request),
            "title": f"What would a caller of {line} hear?",
            "opts": self.opts,
            "original": line,
            "form": form,
            "scenes": form.scenes(),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/calls/line/rehearsal.html", context)


def _rehearsal_url(line: Line) -> str:
    return reverse("admin:calls_line_rehearsal", args=[quote(line.pk)])


def _does(line: Line, action: str) -> str:
    """An action in words, after its key."""
    phones = (" and " if line.ring_together else ", then ").join(
        each.name or wording.number(each.number) for each in line.targets.all()
    )
    return _WORDS[LineAction(action)].format(phones=phones or "nobody")
