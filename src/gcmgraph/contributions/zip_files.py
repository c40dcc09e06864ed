"""Several files of a contribution in one ZIP file (PKWARE APPNOTE). None of them is written to a disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from gcmgraph.contributions.content import MAX_BYTES, ZIP, Content, format_of, require_bytes
from gcmgraph.platform.errors import ContributionError, Place, TooLongError
from gcmgraph.rdf.parsing import NOT_IN_XML
from gcmgraph.spreadsheets.grids import COMPRESSION_METHODS

#: Limit on the files of a ZIP file; on their bytes when unpacked, `MAX_BYTES`.
MEMBERS = 100

#: Characters of the longest name of a member in places and messages.
_NAME = 200

#: Name of a member whose file has none.
_NAMELESS = "file"

#: Flag of a member that is protected by a password (APPNOTE, 4.4.4).
_ENCRYPTED = 1

#: Errors of damaged files, and of methods and passwords that are not supported.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IndexError,  # a member without a name
)

#: Time of all members that are packed here, so that equal files make equal bytes
#: (`Idempotency-Key`).
_TIME = (1980, 1, 1, 0, 0, 0)


def unpacked(contents: Iterable[Content]) -> Iterator[Content]:
    """The contents, with the files of ZIP files in place of these.

    Raises `ContributionError`, `TooLongError`.
    """
    for content in contents:
        require_bytes(content)
        if format_of(content) is ZIP:
            yield from _members(content)
        else:
            yield content


def packed(contents: list[Content]) -> Content:
    """Several files as one ZIP file, uncompressed; one file as it is. Equal names are numbered."""
    if len(contents) == 1:
        return contents[0]
    names: set[str] = set()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for content in contents:
            name = _new_name(content.name, names)
            names.add(name)
            archive.writestr(zipfile.ZipInfo(name, _TIME), content.data)
    return Content(data.getvalue(), f"contribution.{ZIP.suffix}", ZIP.media_type)


def _new_name(file_name: str, names: set[str]) -> str:
    """The last part of a file's name, with a number where the archive has that name."""
    last_part = PurePath(file_name.replace("\\", "/")).name
    path = PurePath(last_part[-_NAME:] or _NAMELESS)
    name = path.name
    number = 1
    while name in names:
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    return name


def _members(content: Content) -> Iterator[Content]:
    place = Place(content.name)
    bytes_left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
            members = [info for info in archive.infolist() if not _is_of_system(info)]
            for message, hint in _flaws(members):
                raise ContributionError(message, place=place, hint=hint)
            for info in members:
                with archive.open(info) as file:
                    data = file.read(bytes_left + 1)  # its size is that which the sender stated
                bytes_left -= len(data)
                if bytes_left < 0:
                    raise TooLongError(
                        f"The files in the ZIP file have more than {MAX_BYTES:,} bytes when they are unpacked.",
                        place=place,
                        hint="Send them in parts.",
                    )
                yield Content(data, _name_of(info))
    except _UNREADABLE as error:
        raise ContributionError(
            f"The ZIP file cannot be read: {type(error).__name__}.",
            place=place,
            hint="Pack the files again.",
        ) from error


def _flaws(members: list[zipfile.ZipInfo]) -> Iterator[tuple[str, str | None]]:
    """Reasons for refusing a ZIP file with these members, each with its hint."""
    if not members:
        yield "The ZIP file has no files in it.", None
    if len(members) > MEMBERS:
        yield (
            f"The ZIP file has {len(members):,} files; the limit is {MEMBERS}.",
            "Send it in parts.",
        )
    for info in members:
        name = _name_of(info)
        if format_of(Content(b"", name)) is ZIP:
            yield (
                f"The ZIP file has another ZIP file in it: '{name}'.",
                "Put the files of both into one ZIP file.",
            )
        if info.flag_bits & _ENCRYPTED:
            yield (
                f"The file '{name}' in the ZIP file is protected by a password.",
                "Send it without a password.",
            )
        if info.compress_type not in COMPRESSION_METHODS:
            yield (
                f"The file '{name}' in the ZIP file is compressed by another method than Deflate.",
                "Pack the files again, with the program of your system.",
            )


def _name_of(info: zipfile.ZipInfo) -> str:
    return NOT_IN_XML.sub("?", info.filename)[-_NAME:]


def _is_of_system(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder, or a file that a system adds: `__MACOSX/…`, `.DS_Store`, `Thumbs.db`."""
    path = PurePath(info.filename)
    return (
        info.is_dir()
        or path.name.startswith(".")
        or "__MACOSX" in path.parts
        or path.name == "Thumbs.db"
    )
