"""Check a CAIS receipt with nothing but Python 3.8 or newer: no network, no packages, no access to CAIS.

    python3 check_receipt.py receipt.txt --key receipt.pub [FILE ...]

`receipt.txt` is the receipt, alone or somewhere in a text, or the whole mail saved as .eml. `--key` is the
file `receipt.pub` (also at /receipt-key of the service), or one public key in base64. With files, it is
also checked that the receipt names their SHA-256. Exit status: 0 all good, 1 something is wrong, 2 usage.
"""

import base64
import email
import email.policy
import hashlib
import re
import sys
import unicodedata
from urllib.parse import unquote

# --- Ed25519, verification only, as RFC 8032 (section 5.1) writes it down ---

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    """The sum of two points in extended coordinates (X, Y, Z, T)."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    """A point added to itself so many times."""
    total = (0, 1, 1, 0)
    while number:
        total = add(total, point) if number & 1 else total
        point, number = add(point, point), number >> 1
    return total


def point_of(code):
    """The point that 32 bytes name, or None."""
    y = int.from_bytes(code, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def verifies(public, words, signature):
    """Whether the holder of the key with these 32 public bytes signed these words."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + words).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 == (left[1] * right[2] - right[1] * left[2]) % P


# --- the receipt: signed are its words, one space apart, whatever mail programs did to lines and quotes ---

LINKED = re.compile(r"<(?:mailto:|https?://)[^<>\s]*>", re.I)
RECEIPT = re.compile(
    r"-----BEGIN CAIS RECEIPT----- (.*?) -----BEGIN SIGNATURE----- (.*?) -----END CAIS RECEIPT-----"
)


def words_of(text):
    """Without quote marks, line ends, wrapping marks (+ and \\) and links that mail programs added."""
    clean = unicodedata.normalize("NFC", LINKED.sub("", text)).replace(">", " ")
    return " ".join(word for word in clean.split() if word != "+").replace("\\ ", "")


def fields_of(words):
    """The labels and values of a receipt, in order."""
    fields = []
    for word in words.split(" "):
        if re.fullmatch(r"[A-Z][A-Za-z0-9-]*:", word):
            fields.append([word[:-1], ""])
        elif fields:
            fields[-1][1] = (fields[-1][1] + " " + word).strip()
    return [(label, unquote(value)) for label, value in fields]


def text_in(path):
    """A text file, or the words of a mail saved as .eml."""
    with open(path, "rb") as file:
        data = file.read()
    if path.lower().endswith(".eml"):
        part = email.message_from_bytes(data, policy=email.policy.default).get_body(("plain",))
        return part.get_content() if part else ""
    return data.decode("utf-8-sig", "replace")


def keys_in(word):
    """Public keys by their name: of a file like receipt.pub, or one key in base64."""
    if re.fullmatch(r"[A-Za-z0-9+/]{43}=", word):
        codes = [word]
    else:
        with open(word, encoding="utf-8") as file:
            codes = [line.split()[-1] for line in file if line.startswith("ed25519 ")]
    keys = [base64.b64decode(code) for code in codes]
    return {hashlib.sha256(key).hexdigest()[:16]: key for key in keys}


def signed_by(keys, words, signature):
    """Whether the key that the receipt names signed it."""
    key = keys.get(dict(fields_of(words)).get("Key", ""))
    return key is not None and verifies(key, words.encode(), signature)


def check_receipt(words, code, keys):
    """Print one receipt and whether it is genuine."""
    fields = fields_of(words)
    for label, value in fields:
        print("  " + label + ": " + "".join(letter if letter.isprintable() else "?" for letter in value))
    try:
        signature = base64.b64decode(code.replace(" ", ""), validate=True)
    except ValueError:
        signature = b""
    if dict(fields).get("Key") not in keys:
        print("WRONG: it names a key that was not given.")
        return False
    good = signed_by(keys, words, signature)
    print("Good: signed and unchanged." if good else "WRONG: the signature does not fit the words.")
    return good


def check_file(path, named):
    """Print whether a receipt names the bytes of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    good = digest.hexdigest() in named
    print(("Good: " if good else "WRONG: not ") + "in a genuine receipt: " + path)
    return good


def main(words):
    if len(words) < 3 or words[1] != "--key":
        print(__doc__)
        return 2
    try:
        keys, found = keys_in(words[2]), RECEIPT.findall(words_of(text_in(words[0])))
    except (OSError, ValueError) as trouble:
        print(str(trouble))
        return 2
    results, named = [], set()
    for receipt, code in found:
        results.append(check_receipt(receipt, code, keys))
        named |= {value for label, value in fields_of(receipt) if results[-1] and label == "SHA-256"}
    if not found:
        print("WRONG: there is no whole receipt in " + words[0])
    results += [check_file(path, named) for path in words[3:]]
    return 0 if found and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
