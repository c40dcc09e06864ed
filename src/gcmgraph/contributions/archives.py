"""ZIP files (PKWARE APPNOTE) of several files that are one contribution, within limits. No file is written."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from gcmgraph.contributions.content import MAX_BYTES, ZIP, Content, is_archive, require_bytes
from gcmgraph.contributions.errors import ContributionError, TooLongError
from gcmgraph.errors import Place
from gcmgraph.rdfio.parsing import NOT_IN_XML

#: Limit on the files of a ZIP file; on their bytes when unpacked, `MAX_BYTES`.
MEMBERS = 100

#: Longest name of a member in places and messages.
_NAME = 200

#: Errors of damaged files, and of methods and passwords that are not supported.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)

#: Time of all members that are packed here, so that equal files make equal bytes (`Idempotency-Key`).
_TIME = (1980, 1, 1, 0, 0, 0)


def unpacked(contents: Iterable[Content]) -> Iterator[Content]:
    """The contents, with the files of ZIP files in place of these. Raises `ContributionError`, `TooLongError`."""
    for content in contents:
        require_bytes(content)
        if is_archive(content):
            yield from _members(content)
        else:
            yield content


def packed(contents: list[Content]) -> Content:
    """Several files as one ZIP file, uncompressed; one file as it is. Equal names are numbered."""
    if len(contents) == 1:
        return contents[0]
    written: set[str] = set()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for content in contents:
            path = PurePath(content.name.replace("\\", "/"))
            name, number = path.name, 1
            while name in written:
                number += 1
                name = f"{path.stem}-{number}{path.suffix}"
            written.add(name)
            archive.writestr(zipfile.ZipInfo(name, _TIME), content.data)
    return Content(data.getvalue(), f"contribution.{ZIP.suffix}", ZIP.media_type)


def _members(content: Content) -> Iterator[Content]:
    place, left = Place(content.name), MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
            infos = [info for info in archive.infolist() if not _is_of_system(info)]
            if len(infos) > MEMBERS:
                raise ContributionError(
                    f"The ZIP file has {len(infos):,} files; the limit is {MEMBERS}.",
                    place=place,
                    hint="Send it in parts.",
                )
            if not infos:
                raise ContributionError("The ZIP file has no files in it.", place=place)
            for info in infos:
                member = Content(b"", NOT_IN_XML.sub("?", info.filename)[-_NAME:])
                if is_archive(member):
                    raise ContributionError(
                        f"The ZIP file has another ZIP file in it: '{member.name}'.",
                        place=place,
                        hint="Put the files of both into one ZIP file.",
                    )
                if info.flag_bits & 1:
                    raise ContributionError(
                        f"The file '{member.name}' in the ZIP file is protected by a password.",
                        place=place,
                        hint="Send it without a password.",
                    )
                with archive.open(info) as file:
                    data = file.read(left + 1)  # its size is that which the sender stated
                left -= len(data)
                if left < 0:
                    raise TooLongError(
                        f"The files in the ZIP file have more than {MAX_BYTES:,} bytes when they are unpacked.",
                        place=place,
                        hint="Send them in parts.",
                    )
                yield Content(data, member.name)
    except _UNREADABLE as error:
        raise ContributionError(
            f"The ZIP file cannot be read: {type(error).__name__}.", place=place, hint="Pack the files again."
        ) from error


def _is_of_system(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder, or a file that a system adds: `__MACOSX/…`, `.DS_Store`, `Thumbs.db`."""
    path = PurePath(info.filename)
    return info.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts or path.name == "Thumbs.db"
