"""The admin's desk: conferences and their people, our lines, and the keys to the API."""

from django.contrib import admin

from conferencing.admin import api_keys, conferences, lines, participants, voicemails

admin.site.site_header = admin.site.site_title = "Partyline"
admin.site.index_title = "Records and settings"
admin.site.index_template = "admin/activity/home.html"  # the index, with a way to the feed
admin.site.site_url = None  # there is no other site to go to

__all__ = ["api_keys", "conferences", "lines", "participants", "voicemails"]
