"""`python -m drivepower.catalogues [FOLDER ...]`: translations as gettext reads them, each .mo beside its .po.

It needs no gettext, and is part of every installation, so it uses the standard library only. A .mo that holds what its
.po says stays as it is.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

LOCALE = Path("locale")
MAGIC, REVISION, HEADER = 0x950412DE, 0, struct.Struct("<7I")
LINE = re.compile(r'(?:(?P<word>msg\w+)(?:\[(?P<number>\d+)\])? )?(?P<text>"(?:[^"\\]|\\.)*")')


def main(folders: Sequence[str] = ()) -> int:
    """Compile what has changed; 1 with a sentence on standard error where a catalogue cannot be read or written."""
    try:
        for folder in [Path(name) for name in folders] or [LOCALE]:
            for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
                compile_catalogue(source)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def compile_catalogue(source: Path) -> None:
    """Write the .mo of a .po; ValueError names the line that is none of a catalogue's."""
    compiled, target = packed(dict(messages(source))), source.with_suffix(".mo")
    if not target.is_file() or target.read_bytes() != compiled:
        fresh = target.with_suffix(".new")
        fresh.write_bytes(compiled)
        fresh.replace(target)  # whoever reads it meanwhile has the old one or the new one


def messages(source: Path) -> Iterator[tuple[bytes, bytes]]:
    """The keys and translations of a .po; what is not translated, or only guessed (fuzzy), is left out."""
    for block in re.split(r"\n\s*\n", source.read_text(encoding="utf-8")):
        parts: dict[str, str] = {}
        place = ""
        for line in block.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            found = LINE.fullmatch(line.strip())
            if found is None or not (found["word"] or place):
                raise ValueError(f"{source}: this is no line of a catalogue: {line}")
            place = f"{found['word']}{found['number'] or ''}" if found["word"] else place
            parts[place] = parts.get(place, "") + ast.literal_eval(found["text"])
        guessed = re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE)
        if "msgid" in parts and not (guessed and parts["msgid"]):
            yield from translated(parts)


def translated(parts: dict[str, str]) -> Iterator[tuple[bytes, bytes]]:
    """One message as gettext keeps it: context before its id, plural forms behind the first one."""
    texts = [text for place, text in sorted(parts.items()) if place.startswith("msgstr")]
    if all(texts):
        context = f"{parts['msgctxt']}\x04" if "msgctxt" in parts else ""
        plural = f"\x00{parts['msgid_plural']}" if "msgid_plural" in parts else ""
        yield f"{context}{parts['msgid']}{plural}".encode(), "\x00".join(texts).encode()


def packed(catalogue: dict[bytes, bytes]) -> bytes:
    """The .mo of a catalogue: a header, where each key and each translation lies, then all of them, each ended by 0."""
    keys = sorted(catalogue)
    tables, texts = [HEADER.size, HEADER.size + 8 * len(keys)], b""
    places = []
    for text in (*keys, *(catalogue[key] for key in keys)):
        places += [len(text), tables[1] + 8 * len(keys) + len(texts)]
        texts += text + b"\x00"
    header = HEADER.pack(MAGIC, REVISION, len(keys), *tables, 0, tables[1] + 8 * len(keys))
    return header + struct.pack(f"<{len(places)}I", *places) + texts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
