"""The plain view and the lean one: a signature, one indexed read, one insert, one update."""

import hmac
import json
from base64 import b64encode

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from twilio.request_validator import RequestValidator

from benchmarks.references.models import Leg, Told

_validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)


@csrf_exempt
def plain(request: HttpRequest) -> HttpResponse:
    form = request.POST.dict()
    url = settings.PUBLIC_BASE_URL + request.get_full_path()
    if not _validator.validate(url, form, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponse(status=403)
    with transaction.atomic():
        leg = Leg.objects.get(sid=form["CallSid"])
        key = f"{leg.sid}:{form['CallStatus']}"
        Told.objects.create(leg=leg, key=key, status=form["CallStatus"], payload=form)
        leg.status = form["CallStatus"]
        leg.updated_at = timezone.now()
        leg.save(update_fields=["status", "updated_at"])
    return HttpResponse(status=204)


_ON_POSTGRESQL = """
    WITH leg AS (
        UPDATE references_leg SET status = %(status)s, updated_at = now() WHERE sid = %(sid)s
        RETURNING id
    )
    INSERT INTO references_told (leg_id, key, status, payload, at)
    SELECT id, %(key)s, %(status)s, %(payload)s, now() FROM leg
"""
_ON_SQLITE = (
    """
    INSERT INTO references_told (leg_id, key, status, payload, at)
    SELECT id, %(key)s, %(status)s, %(payload)s, CURRENT_TIMESTAMP
    FROM references_leg WHERE sid = %(sid)s
    """,
    """
    UPDATE references_leg SET status = %(status)s, updated_at = CURRENT_TIMESTAMP
    WHERE sid = %(sid)s
    """,
)


@csrf_exempt
def lean(request: HttpRequest) -> HttpResponse:
    form = request.POST.dict()
    url = settings.PUBLIC_BASE_URL + request.get_full_path()
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.digest(settings.TWILIO_AUTH_TOKEN.encode(), signed.encode(), "sha1")
    given = request.headers.get("X-Twilio-Signature", "")
    if not hmac.compare_digest(b64encode(digest).decode(), given):
        return HttpResponse(status=403)
    values = {
        "sid": form["CallSid"],
        "status": form["CallStatus"],
        "key": f"{form['CallSid']}:{form['CallStatus']}",
        "payload": json.dumps(form),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ON_POSTGRESQL, values)
        else:
            with transaction.atomic():
                for statement in _ON_SQLITE:
                    cursor.execute(statement, values)
    return HttpResponse(status=204)
