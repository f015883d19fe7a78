"""What a use case says when it cannot do what it was asked to."""


class UseCaseError(Exception):
    """`detail` is a sentence for people, `code` a word for programs."""

    code = "error"

    def __init__(self, detail: str, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code


class BadNumber(UseCaseError):
    """Not a phone number that may be invited."""

    code = "invalid_phone_number"


class NoFreeCode(UseCaseError):
    """Half of the codes are taken; more would make them easy to guess."""

    code = "no_free_code"
    retry_after = 60  # seconds; conferences live about five minutes


class TooOften(UseCaseError):
    """Asked for more often than anybody could want."""

    code = "too_often"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after  # seconds


class NotPossibleNow(UseCaseError):
    """The move is legal in general, but not in the state that things are in."""

    code = "not_possible_now"
