from django.urls import path

from benchmarks.references import views
from benchmarks.references.drf import Conferences

urlpatterns = [
    path("plain", views.plain),
    path("lean", views.lean),
    path("conferences", Conferences.as_view()),
]
