"""Files that cannot be read."""

from __future__ import annotations

from bulkportal.codes.code import Code, Stage

FILES: tuple[Code, ...] = (
    Code(
        code="store_not_trusted",
        message="The file {name} is not fetched{why}.",
        hint="{hint}",
        column="`video`, `carousel_images`, `profile_picture`",
        explanation="A server that is not in known_hosts could be anybody's, and would be given a password or a file's name. It is not asked.",
        stage=Stage.PLAN,
    ),
    Code(
        code="file_archive",
        message="The file is an archive, and holds whole files: {holds}.",
        hint="Unpack it, and name what is in it: the workbook, or the folder with the CSV files.",
        column="the file",
        explanation="Which of its files are meant, and where the media lie beside them, is clear once it is unpacked.",
        stage=Stage.FILE,
    ),
)
