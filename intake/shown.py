"""The text that a page of HTML shows: nothing hidden, nothing quoted, no signature that is marked as one.

Runs in the reading process only.
"""

import re
from collections.abc import Mapping, Set

from inscriptis import get_text  # type: ignore[import-untyped]
from inscriptis.css_profiles import CSS_PROFILES  # type: ignore[import-untyped]
from inscriptis.html_properties import Display  # type: ignore[import-untyped]
from inscriptis.model.attribute import Attribute  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]
from inscriptis.model.html_element import HtmlElement  # type: ignore[import-untyped]

_SILENT = frozenset(
    {
        "blockquote",
        "head",
        "title",
        "script",
        "noscript",
        "style",
        "template",
        "details",
        "noframes",
        "iframe",
    }
    | {"object", "svg", "math", "select", "datalist", "textarea", "button", "video", "audio", "canvas", "xml"}
)
# What mail programs call the box around a quote, a forwarded mail, a signature.
_NOT_OWN = re.compile(
    r"gmail_(?:quote|attr|extra|signature)|moz-(?:cite-prefix|forward-container|signature)|yahoo_quoted"
    r"|protonmail_(?:quote|signature)|zmail_extra|outlookmessageheader|apple-?mail-?signature"
    r"|divrplyfwdmsg|appendonsend|(?:^|[\s_-])signature(?:$|[\s_-])|preheader",
    re.IGNORECASE,
)
_NOTHING = r"[-+]?0+(?:\.0*)?(?:[a-z]{1,4}|%)?"
_TINY = r"[-+]?(?:(?:0+(?:\.0\d*)?|\.0\d*)(?:[a-z]{1,4}|%)?|[0-2]?(?:\.\d*)?(?:px|pt))"
_HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|content-visibility:hidden|mso-hide:all"
    rf"|font-size:{_TINY}|font:(?:[a-z0-9-]+ )*{_NOTHING}(?:/[^; ]+)? [^;]*|opacity:{_NOTHING}"
    rf"|max-(?:height|width):{_NOTHING}|clip:rect\(0[^;]*|clip-path:inset\((?:50|100)%\)"
    r"|(?:text-indent|left|top|margin|margin-left|margin-top):-\d{3,}[^;]*"
    r"|transform:scale\(0[^;]*|color:transparent)(?:!important)?(?:;|$)",
    re.IGNORECASE,
)
_NO_ROOM = re.compile(rf"(?:^|;)(?:height|width):{_NOTHING}(?:!important)?(?:;|$)", re.IGNORECASE)
_SHEET = re.compile(r"<style\b[^>]*>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"[.#]?-?[a-z_][\w-]{0,80}", re.IGNORECASE)
_COMMENT_IN_STYLE = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)


def shown_text(html: str) -> str:
    """Raises whatever the library raises on strange HTML."""
    hiding = hidden_names(html)
    hidden = HtmlElement(display=Display.none)
    css = {**CSS_PROFILES["relaxed"], **dict.fromkeys((*_SILENT, *hiding - {"html", "body"}), hidden)}
    config = ParserConfig(css=css)
    config.attribute_handler = _Showing(hiding)
    text: str = get_text(html, config)
    return text


class _Showing(Attribute):  # type: ignore[misc]
    """Attributes as the library reads them; an element that is not shown hides all that is in it."""

    def __init__(self, hiding: Set[str]) -> None:
        super().__init__()
        self.hiding = hiding

    def apply_attributes(self, attributes: Mapping[str, str], html_element: HtmlElement) -> HtmlElement:
        super().apply_attributes(attributes, html_element)
        if is_hidden(attributes, self.hiding):
            html_element.display = Display.none
        return html_element


def is_hidden(attributes: Mapping[str, str], hiding: Set[str] = frozenset()) -> bool:
    """Whether an element with these attributes is invisible, or holds what somebody else wrote."""
    classes, own = attributes.get("class", "").lower(), attributes.get("id", "").lower()
    if "hidden" in attributes or attributes.get("type") == "hidden" or _NOT_OWN.search(f"{classes} {own}"):
        return True
    names = {f"#{own}", *(f".{each}" for each in classes.split())}
    return not names.isdisjoint(hiding) or _hides(attributes.get("style", ""))


def hidden_names(html: str) -> frozenset[str]:
    """The `.classes`, `#ids` and tags that a page's own style sheets hide, wherever they do."""
    rules = (rule for sheet in _SHEET.findall(html) for rule in _COMMENT_IN_STYLE.sub("", sheet).split("}"))
    apart = (rule.rpartition("{") for rule in rules)
    hiding = (names.rpartition("{")[2] for names, _, style in apart if _hides(style))
    selectors = (one for names in hiding for one in names.lower().split(",") if one.strip())
    lasts = (re.split(r"[\s>+~]", one.strip())[-1] for one in selectors)
    return frozenset(name for last in lasts for name in _NAME.findall(last.partition(":")[0])[-1:])


def _hides(style: str) -> bool:
    style = " ".join(_COMMENT_IN_STYLE.sub("", style)[:4000].split())
    tidied = re.sub(r" ?([:;,()!]) ?", r"\1", style).strip()
    return _HIDING.search(tidied) is not None or (
        "overflow" in tidied and _NO_ROOM.search(tidied) is not None
    )
