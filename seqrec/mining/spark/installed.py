"""Whether Spark can start here: pyspark, an extra, and Java. Nothing of them is loaded."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from seqrec.errors import EngineError
from seqrec.translation.texts import mark, tr

LEAST_JAVA = 17
_GUIDE = mark("see 'Mining on Spark' in the README")
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


def spark_is_here() -> bool:
    """Whether pyspark and Java are found."""
    return find_spec("pyspark") is not None and find_java() is not None


def find_java() -> str | None:
    """The `java` that Spark would start; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    if home:
        path = Path(home) / "bin" / "java"
        return str(path) if path.is_file() else None
    return shutil.which("java")


def check_installed() -> None:
    """Check that there is pyspark, and a Java that it runs on.

    Raises:
        EngineError: one is missing, or Java is too old.
    """
    if find_spec("pyspark") is None:
        raise EngineError(tr("pyspark is not installed; {guide}", guide=tr(_GUIDE)))
    java = find_java()
    if java is None:
        named = bool(os.environ.get("JAVA_HOME"))
        where = mark("JAVA_HOME names no Java") if named else mark("there is no Java")
        raise EngineError(_needs_java(tr(where)))
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = _VERSION.search(said)
    if version is None or int(version[1]) < LEAST_JAVA:
        found = version[0] if version else tr("one that does not say its version")
        raise EngineError(_needs_java(tr("Java is {version}", version=found)))


def _needs_java(found: str) -> str:
    return tr(
        "{found}; Spark needs Java {least} or newer: {guide}",
        found=found,
        least=LEAST_JAVA,
        guide=tr(_GUIDE),
    )
