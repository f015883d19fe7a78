"""What the API answers when it cannot do what it was asked to, beside what REST framework has."""

from rest_framework import exceptions, status

NOT_FOUND = "There is no such thing here, or it belongs to another API key."


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "not_possible_now"


class TooMany(exceptions.APIException):
    """Asked for more often than is allowed; `Retry-After` says when to come again."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_often"

    def __init__(self, detail: str, code: str, wait: int) -> None:
        super().__init__(detail, code)
        self.wait = wait


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"
    default_detail = (
        "This Idempotency-Key came with another request before: repeat that request unchanged,"
        " or choose a new key."
    )


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = "The body is larger than 64 KB: send less, or split it into several requests."


class Unavailable(exceptions.APIException):
    """Not now; `Retry-After` says when."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = "The database does not answer at the moment: try again in a few seconds."

    def __init__(self, detail: str | None = None, code: str | None = None, wait: int = 5) -> None:
        super().__init__(detail, code)
        self.wait = wait
