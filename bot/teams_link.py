"""The one click that leads to somebody's own chat with us. Pure."""

CHAT = "https://teams.microsoft.com/l/chat/0/0?users=28:{}"


def chat_link(app_id: str) -> str:
    """Opens the personal chat with the app of this id, wherever it is pressed."""
    return CHAT.format(app_id)
