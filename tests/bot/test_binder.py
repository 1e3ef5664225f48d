"""The binder: every document byte for byte, the record around them, and whoever gets it can check it."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

from bot.binder import write_binder
from store import Store
from store.export import export
from store.exports.part import reading
from tests.builders import ANA, NOW, Desk, a_file
from tests.handlers.record import HELEN, MARIA, PRIYA
from tests.handlers.reviewing import LUIS, keep
from tests.store.rich import PLAIN, file, rich
from tests.store.rows import a_person, file_a_document
from tests.templates.pages import NAUGHTY, Page


async def binder(store: Store, review: str = "sv-fpm") -> tuple[bytes, list[str]]:
    out = io.BytesIO()
    async with reading(store.database, review) as part:
        wrong = await write_binder(part, store.files, out, NOW)
    return out.getvalue(), wrong


def files_in(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert len(packed.namelist()) == len({name.casefold() for name in packed.namelist()})
        return {name: packed.read(name) for name in packed.namelist()}


async def test_it_has_every_document_and_the_record_around_them(store: Store) -> None:
    await rich(store)
    content, wrong = await binder(store)
    found = files_in(content)
    assert wrong == []
    for number, name in enumerate(PLAIN):
        assert found[f"documents/D-{number + 1} {name}"] == f"content {number}".encode()
    part = await export(store.database, "sv-fpm")
    assert json.loads(found["record.json"]) == part
    assert found["receipts/R-1.txt"].decode() == part["receipts"][0]["text"]
    assert found["receipts/R-1.sig"].decode() == "k1 c2ln\n"
    assert found["report.pdf"].startswith(b"%PDF-")
    assert found["items.csv"].startswith(b"\xef\xbb\xbfreview,lea,")
    manifest = json.loads(found["manifest.json"])
    head = (await export(store.database))["history"][-1]
    assert (manifest["history_position"], manifest["history_digest"]) == (head["seq"], head["digest"])


async def test_whoever_gets_it_can_check_it(store: Store, tmp_path: Path) -> None:
    await rich(store)
    with zipfile.ZipFile(io.BytesIO((await binder(store))[0])) as packed:
        packed.extractall(tmp_path / "binder")
    argv: list[str | Path] = [sys.executable, "-I", tmp_path / "binder" / "check_manifest.py"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_the_page_leads_to_every_file_and_runs_nothing(store: Store) -> None:
    names = [name for name in NAUGHTY.values() if "\ud83d" not in name and "\0" not in name]
    await rich(store, names, names)
    found = files_in((await binder(store))[0])
    html = found["index.html"].decode()
    page = Page(html)
    assert {tag for tag, _ in page.shapes} <= {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "code", "nav", "a", "main",
        "section", "table", "thead", "tbody", "tr", "th", "td", "br", "ul", "li",
    }  # fmt: skip
    assert not [name for _, attributes in page.shapes for name in attributes if name.startswith("on")]
    linked = {unquote(href) for href in re.findall(r'href="([^"]+)"', html)}
    assert linked <= set(found)
    assert {name for name in found if name.startswith(("documents/", "receipts/R-1."))} - {
        "receipts/R-1.sig"
    } <= linked
    assert "Sierra Vista Unified" in page.text


async def test_a_document_that_is_lost_or_wrong_is_named_and_the_rest_is_written(store: Store) -> None:
    await rich(store)
    documents = (await export(store.database, "sv-fpm"))["documents"]
    store.files.path(documents[0]["sha256"]).unlink()
    store.files.path(documents[1]["sha256"]).write_bytes(b"something else")
    content, wrong = await binder(store)
    found = files_in(content)
    assert [line.partition(" is not")[0] for line in wrong] == [
        f"documents/D-{n} {PLAIN[n - 1]}" for n in (1, 2)
    ]
    assert [one["path"] for one in json.loads(found["manifest.json"])["missing"]] == [
        f"documents/D-{n} {PLAIN[n - 1]}" for n in (1, 2)
    ]
    assert sum(name.startswith("documents/") for name in found) == len(PLAIN) - 2
    page = Page(found["index.html"].decode())
    assert page.text.count("Not in this binder") == 2
    assert "2 of the documents could not be put in" in page.text


async def test_what_is_in_quarantine_is_withheld_and_that_is_no_error(store: Store, tmp_path: Path) -> None:
    await rich(store)
    bad = (await export(store.database))["documents"][0]
    async with store.begin() as uow:
        for document in await uow.documents_to_scan([bad["sha256"]]):
            document.scan = "infected"
            uow.changed(document)
    content, wrong = await binder(store)
    found = files_in(content)
    manifest, path = json.loads(found["manifest.json"]), f"documents/D-1 {PLAIN[0]}"
    assert (wrong, manifest["missing"]) == ([], [])
    assert [one["path"] for one in manifest["withheld"]] == [path]
    assert path not in found
    assert f"# WITHHELD {path}" in found["MANIFEST.txt"].decode()
    assert "malware was found in it" in Page(found["index.html"].decode()).text
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(tmp_path / "binder")
    argv: list[str | Path] = [sys.executable, "-I", tmp_path / "binder" / "check_manifest.py"]
    assert subprocess.run(argv, capture_output=True, check=False).returncode == 0


async def test_the_same_record_and_time_give_the_same_bytes(store: Store) -> None:
    await rich(store)
    assert await binder(store) == await binder(store)


async def test_one_review_says_nothing_of_another(store: Store) -> None:
    await rich(store)
    await file_a_document(store, b"coast", "I-EL 02", lea="coast-range")
    for name, content in files_in((await binder(store))[0]).items():
        for word in (b"cr-fpm", b"coastrange", b"Coast Range", b"99100020000000", b"hl-audit"):
            assert word not in content, (name, word)


async def test_the_same_name_twice_is_two_files(store: Store) -> None:
    async with store.begin() as uow:
        ana, items = await a_person(uow), await uow.all_items(["sierra-vista"])
    for number, name in enumerate(("Minutes.pdf", "MINUTES.PDF")):
        await file(store, items[0], name, name.encode(), ana, number)
    found = files_in((await binder(store))[0])
    assert sum(name.casefold().endswith("minutes.pdf") for name in found) == 2


async def test_its_page_says_what_is_submitted_and_what_is_not(desk: Desk) -> None:
    for code in ("EL 02", "CE 08"):
        await desk.send(sender=ANA, subject=code, files=(keep(desk, f"{code}.pdf", code.encode()),))
    await desk.send(sender=MARIA, text="submit EL 02")
    rows = files_in((await binder(desk.store))[0])["index.html"].decode().split("<tr>")
    assert [("Attached, <br>submitted" in row, "not submitted" in row) for row in rows if "D-" in row] == [
        (True, False),
        (False, True),
    ]


async def test_its_page_has_statements_under_their_item_and_what_was_found(desk: Desk) -> None:
    await desk.send(sender=PRIYA, text="statement EL 11: Meetings are in May.")
    await desk.send(sender=LUIS, text="begin review cr-fpm")
    await desk.send(sender=HELEN, text="does not meet cr-fpm/EL 02: There are no minutes.")
    text = Page(files_in((await binder(desk.store, "cr-fpm"))[0])["index.html"].decode()).text
    assert text.index("III-EL 11") < text.index("Meetings are in May.") < text.index("IV-EL 13")
    assert "Found so far: There are no minutes." in text


async def test_it_has_the_signed_receipts_of_submissions_and_decisions(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=(keep(desk, "a.pdf", a_file().name.encode()),))
    submitted = await desk.send(sender=MARIA, text="submit EL 02")
    returned = await desk.send(sender=HELEN, text="return sv-fpm/EL 02: which school?")
    elsewhere = await desk.send(sender=LUIS, text="begin review cr-fpm")
    found = files_in((await binder(desk.store))[0])
    for answer in (submitted, returned):
        signed = answer["fields"]["signed"]
        assert found[f"receipts/R-{answer['id']}.txt"].decode().split("\n") == signed[1:-4]
    assert not [name for name in found if f"R-{elsewhere['id']}." in name]
