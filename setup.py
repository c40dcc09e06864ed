"""What a wheel has beside its packages: the files of the repository that a server reads, below `share/gcmgraph`."""

from pathlib import Path

from setuptools import setup

FOLDERS = [
    folder
    for name in ("ontology", "data", "shapes", "queries", "docs")
    for folder in (name, *Path(name).rglob("*/"))
]

setup(
    data_files=[
        (
            f"share/gcmgraph/{folder}",
            [str(file) for file in sorted(Path(folder).iterdir()) if file.is_file()],
        )
        for folder in FOLDERS
        if Path(folder).is_dir()
    ]
)
