"""The app's own token, which Teams' connector wants with every call: by client credentials of its tenant."""

from dataclasses import dataclass, field

from bot.oauth import ANSWER_SECONDS, Fresh, TokenUnavailable, given


@dataclass(frozen=True)
class TeamsLogin:
    """An app of a tenant. One form for Microsoft and for a stand-in, which msal would not speak to."""

    login: str
    tenant: str
    app_id: str
    secret: str = field(repr=False)
    scope: str

    def __call__(self, _user: str) -> Fresh:
        """Asks in the calling thread. Raises TokenRefused, TokenUnavailable."""
        import requests

        form = {"grant_type": "client_credentials", "client_id": self.app_id, "client_secret": self.secret}
        where = f"{self.login}/{self.tenant}/oauth2/v2.0/token"
        try:
            answer = requests.post(
                where, form | {"scope": self.scope}, timeout=ANSWER_SECONDS, allow_redirects=False
            )
            said = answer.json()
        except (OSError, ValueError) as trouble:
            raise TokenUnavailable(f"Microsoft: {type(trouble).__name__}") from None
        if answer.status_code >= 500 or answer.status_code in (408, 429):
            raise TokenUnavailable(f"Microsoft: {answer.status_code}")
        return given(said, "Microsoft")
