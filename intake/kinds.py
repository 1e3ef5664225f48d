"""Families of file types: is a file what its name and its header say, and is it a program? Pure.

Programs write one another's formats under each other's names (a `.doc` that is RTF, a `.xls` that is a page),
so only what no program does is a disagreement.
"""

from mimetypes import guess_type

_PROGRAMS = frozenset(
    {"exe", "com", "scr", "msi", "msp", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "wsh"}
    | {"hta", "jar", "lnk", "pif", "cpl", "dll", "reg", "sh"}
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_FAMILIES = {
    "application/pdf": "pdf",
    "image/png": "picture",
    "image/jpeg": "picture",
    "image/gif": "picture",
    "image/tiff": "picture",
    "image/heic": "picture",
    f"{_OFFICE}wordprocessingml.document": "docx",
    f"{_OFFICE}spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}presentationml.presentation": "pptx",
    "application/msword": "old office",
    "application/vnd.ms-excel": "old office",
    "application/vnd.ms-powerpoint": "old office",
    "text/plain": "text",
    "text/csv": "text",
}
_STRICT = frozenset({"pdf", "picture", "docx", "xlsx", "pptx"})
_OLD = frozenset({"docx", "xlsx", "pptx", "old office", "text"})


def is_program(name: str) -> bool:
    """By the end of its name, which is all that scripts have."""
    return name.lower().rstrip(". ").rpartition(".")[2] in _PROGRAMS


def disagrees(kind: str, declared: str, name: str, known: bool) -> bool:
    """Whether bytes of this kind (`known`: they say so themselves) lie under another kind's name, or without
    a telling name under another kind's header."""
    said = _FAMILIES.get(guess_type(name)[0] or declared)
    found = _FAMILIES.get(kind) if known else None
    if said is None or (said == found):
        return False
    if said in _STRICT:
        return True
    return known and not (said == "old office" and (found in _OLD or found is None))
