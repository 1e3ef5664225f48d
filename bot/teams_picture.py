"""The picture of a message in Teams: inside the card itself, as it needs no address that everybody may read.

Source: Microsoft's "Format your bot messages", which counts data URIs among the 28 KB of a message.
"""

from base64 import b64encode
from collections.abc import Sequence

from bot.delivery import Extra
from templates.teams import Element, size_of

WHOLE = 26_000  # of the 28 KB, with what stands around a card


def with_picture(card: Element, extras: Sequence[Extra], below: int) -> Element:
    """The card with the first picture above its small print and its last `below` elements; as it is, where
    there is no room."""
    pictures = [one for one in extras if one.media_type == "image/png"]
    if not pictures:
        return card
    body = card["body"]
    at = len(body) - below
    while at and _is_quiet(body[at - 1]):
        at -= 1
    shown = card | {"body": [*body[:at], _image(pictures[0]), *body[at:]]}
    return shown if size_of(shown) <= WHOLE else card


def _is_quiet(element: Element) -> bool:
    return any(one.get("isSubtle") for one in element.get("inlines", ()))


def _image(picture: Extra) -> Element:
    uri = f"data:image/png;base64,{b64encode(picture.data).decode()}"
    return {"type": "Image", "url": uri, "altText": str(picture.alt), "size": "Stretch"}
