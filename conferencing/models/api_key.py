import hashlib
import secrets

from django.db import models
from django.utils import timezone

from calls import ids
from calls.questions import question


def _key_id() -> str:
    return ids.new_id("key")


class ApiKey(models.Model):
    """A key to the REST API. Only its digest is kept: a stolen table opens nothing."""

    id = models.CharField(
        primary_key=True, max_length=ids.MAX_LENGTH, default=_key_id, editable=False
    )
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False, help_text="how the key begins")
    staff = models.BooleanField(default=False, help_text="sees everybody's conferences")
    read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"

    # DRF asks these of whoever makes a request.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @classmethod
    def issue(cls, name: str, *, staff: bool = False, read_only: bool = False) -> str:
        """Make a key and return it: this is the only time that it can be read."""
        secret = "pl_" + secrets.token_urlsafe(30)
        cls.objects.create(
            name=name,
            digest=cls.digest_of(secret),
            hint=secret[:7],
            staff=staff,
            read_only=read_only,
        )
        return secret

    @classmethod
    def find(cls, secret: str) -> "ApiKey | None":
        return _valid.first(cls.digest_of(secret))

    @staticmethod
    def digest_of(secret: str) -> str:
        # A fast hash is enough: the secret has 240 random bits, nobody can try them all.
        return hashlib.sha256(secret.encode()).hexdigest()


@question
def _valid(digest: str) -> models.QuerySet[ApiKey]:
    return ApiKey.objects.filter(digest=digest, revoked_at=None)
