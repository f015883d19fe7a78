"""Twilio's error body: `code`, `message`, `more_info`, `status`, and nothing else.

No `type` or `title`: the SDK would take the body for another kind of error.
"""

from starlette.responses import JSONResponse


class ApiError(Exception):
    """A refused request; `code` is from Twilio's error dictionary."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code

    def response(self) -> JSONResponse:
        body = {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else None
        return JSONResponse(body, self.status, headers)


def bad_request(code: int, message: str) -> ApiError:
    return ApiError(400, code, message)


def not_found(path: str) -> ApiError:
    return ApiError(404, 20404, f"The requested resource {path} was not found")
