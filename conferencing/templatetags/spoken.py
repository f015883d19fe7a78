"""Lengths and numbers in templates, as people say and write them."""

from django import template

from calls import wording

register = template.Library()
register.filter("spoken", wording.seconds)
register.filter("phone", wording.number)
