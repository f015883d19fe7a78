"""Who may ask by REST, and with which token webhooks are signed; tokens can be rotated."""

from localtwilio.config import Config


class Credentials:
    """The account's tokens and keys. During a rotation REST accepts both tokens; one signs."""

    def __init__(self, config: Config) -> None:
        self._account_sid = config.account_sid
        self._api_keys = config.api_keys
        self.primary = config.auth_token
        self.secondary = config.auth_token_secondary

    def rotate(self, primary: str, secondary: str | None) -> None:
        """From now on: no request in flight is signed again."""
        self.primary, self.secondary = primary, secondary

    def accepts(self, username: str, password: str) -> bool:
        """True for the account with either token, and for an API key with its secret."""
        if username == self._account_sid:
            return bool(password) and password in (self.primary, self.secondary)
        return username in self._api_keys and self._api_keys[username] == password
