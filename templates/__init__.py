"""How it sounds: one folder of words for every reply, and the function that fills them in."""

from templates.render import MARKER, Place, Rendered, Shown, render

__all__ = ["MARKER", "Place", "Rendered", "Shown", "render"]
