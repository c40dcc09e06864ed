"""What a query process can do, tried from inside: with code of an attacker in place of a query, and by system calls."""

from __future__ import annotations

import ctypes
import errno
import json
import platform
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gcmgraph.platform.processes import Worker
from gcmgraph.store import query_pool as server_side
from gcmgraph.store.port import AcceptedMediaTypes, QueryRequest
from gcmgraph.store.query_limits import QueryLimits
from gcmgraph.store.query_pool import QueryWorkers
from gcmgraph.store.results import JSON_RESULTS
from gcmgraph.store.stores import write_index

pytestmark = pytest.mark.skipif(
    platform.machine() not in {"x86_64", "aarch64"},
    reason="needs x86-64 or arm64, which have the filter",
)

LANDLOCK = pytest.mark.skipif(
    ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) < 1,
    reason="needs a kernel with Landlock",
)

WANTED = AcceptedMediaTypes(JSON_RESULTS.media_type, JSON_RESULTS.media_type, None)

MEGABYTES = 256

#: The fork server of query processes, whose forks run a query that begins with `#!` as Python.
ATTACKED = """
import ctypes, errno, json, mmap, os, signal, socket, sys
from gcmgraph.store import fork_server, query_process

honest = query_process._answer
PTRACE, READV = {"x86_64": (101, 310), "aarch64": (117, 270)}[os.uname().machine]

def call(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    passed = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    found = libc.syscall(ctypes.c_long(number), *passed)
    return found if found >= 0 else errno.errorcode[ctypes.get_errno()]

def attack(request, *given):
    if not request.query.startswith("#!"):
        return honest(request, *given)
    found = {}
    try:
        exec(request.query, {**globals(), "found": found})
    except OSError as error:
        found["result"] = errno.errorcode[error.errno]
    except ValueError as error:  # of a limit
        found["result"] = "EPERM" if "not allowed" in str(error) else str(error)
    except MemoryError:
        found["result"] = "ENOMEM"
    head = {"outcome": "answered", "media_type": "text/plain", "cut": False, "unknown graphs": []}
    return head, json.dumps(found.get("result")).encode()

query_process._answer = attack
fork_server.main()
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inside") / "store" / "versions" / "v1" / "index"
    folder.parent.mkdir(parents=True)
    write_index(folder, ())
    return folder


@pytest.fixture(scope="module")
def workers(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryWorkers]:
    module = tmp_path_factory.mktemp("attacked")
    (module / "attacked_fork_server.py").write_text(ATTACKED)

    def attacked(name: str, *arguments: str, **options: Any) -> Worker:
        assert name == "gcmgraph.store.fork_server"
        return Worker("attacked_fork_server", *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(module))
        patch.setattr(server_side, "Worker", attacked)
        pool = QueryWorkers(QueryLimits(seconds=10, megabytes=MEGABYTES, side_by_side=1))
        yield pool
        pool.close()


def tried(workers: QueryWorkers, index: Path, code: str) -> object:
    """What a query process finds that runs some lines of code: `found["result"]`, or the name of the error."""
    return json.loads(workers.run(QueryRequest(f"#!\n{code}", WANTED), index).body)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("a socket of the internet", "socket.socket()"),
        ("a socket of this machine", "socket.socket(socket.AF_UNIX)"),
        ("io_uring", 'found["result"] = call(425, 1, ctypes.create_string_buffer(120))'),
        ("ptrace", 'found["result"] = call(PTRACE, 16, os.getppid(), 0, 0)'),
        pytest.param("the memory of its parent", "open(f'/proc/{os.getppid()}/mem', 'r+b')", marks=LANDLOCK),
        ("a new process", "os.fork()"),
        ("another program", "os.execv('/bin/true', ['/bin/true'])"),
        ("the end of its parent", "os.kill(os.getppid(), signal.SIGKILL)"),
        ("a descriptor of its parent", 'found["result"] = call(438, call(434, os.getppid(), 0), 0, 0)'),
        ("the memory of its parent by a call", 'found["result"] = call(READV, os.getppid(), 0, 0, 0, 0, 0)'),
    ],
)  # fmt: skip
def test_query_process_is_refused_system_calls(
    workers: QueryWorkers, index: Path, what: str, code: str
) -> None:
    assert tried(workers, index, code) in {"EPERM", "EACCES", "ENOSYS"}, what


@LANDLOCK
def test_query_process_reads_files_of_its_store_alone(
    workers: QueryWorkers, index: Path, tmp_path: Path
) -> None:
    secret, store = tmp_path / "secret", index.parents[1]
    secret.write_text("a token")
    (store / "file").write_text("a dump")
    assert tried(workers, index, f"open({str(secret)!r})") == "EACCES"
    assert tried(workers, index, f"found['result'] = os.listdir({str(tmp_path)!r})") == "EACCES"
    assert tried(workers, index, "open('/etc/hostname')") == "EACCES"
    assert (
        tried(workers, index, f"found['result'] = open({str(store / 'file')!r}).read()") == "a dump"
    )


@LANDLOCK
def test_query_process_writes_no_file(workers: QueryWorkers, index: Path) -> None:
    file = index.parents[1] / "file"
    file.write_text("a dump")
    for code in (
        "open({path!r}, 'w')", "open({path!r}, 'a')", "os.truncate({path!r}, 0)", "os.unlink({path!r})",
        "os.rename({path!r}, {path!r} + 'x')", "os.mkdir({path!r} + '.folder')", "os.symlink('/', {path!r} + '.link')",
        "open('/tmp/written-by-a-query', 'w')",
    ):  # fmt: skip
        assert tried(workers, index, code.format(path=str(file))) in {"EACCES", "EPERM"}
        assert file.read_text() == "a dump"


def test_query_process_gets_no_memory_beyond_its_cap(workers: QueryWorkers, index: Path) -> None:
    assert tried(workers, index, f"found['result'] = len(bytes({2 * MEGABYTES} << 20))") == "ENOMEM"
    code = "import resource; resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)"
    assert tried(workers, index, code) == "EPERM"
    assert tried(workers, index, "found['result'] = len(mmap.mmap(-1, 1 << 20))") == 1 << 20


def test_query_process_has_no_descriptor_but_that_of_its_requests(
    workers: QueryWorkers, index: Path
) -> None:
    code = (
        "import stat\n"
        "def kind(one):\n    try: return stat.S_IFMT(os.fstat(one).st_mode)\n    except OSError: return 0\n"
        "found['result'] = [kind(one) for one in range(3, 1024)]"
    )
    opened = tried(workers, index, code)
    assert opened.count(stat.S_IFSOCK) == 1  # of its requests
    assert stat.S_IFIFO not in opened


CHILD = """
import ctypes, errno, sys
from gcmgraph.platform.confinement import close_network

libc = ctypes.CDLL(None, use_errno=True)
call = [int(argument) for argument in sys.argv[1:]]

def tried_alone():
    ctypes.set_errno(0)
    return ctypes.get_errno() if libc.syscall(*call) < 0 else 0

before = tried_alone()
print(before, close_network(), tried_alone())
"""


AF_INET, SOCK_STREAM = 2, 1
X32_SOCKET = 0x40000000 + 41


def tried_alone(*call: int) -> tuple[int, int]:
    """The error numbers of a system call in a child, before and after it closes its network."""
    command = [sys.executable, "-c", CHILD, *map(str, call)]
    before, closed, after = subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.split()
    if closed == "False":
        pytest.skip("needs Linux on x86-64 or arm64, which has the filter")
    return int(before), int(after)


def test_both_calls_for_a_socket_are_refused() -> None:
    if platform.machine() != "x86_64":
        pytest.skip("needs x86-64, whose number of the call this is")
    assert tried_alone(41, AF_INET, SOCK_STREAM, 0) == (0, errno.EPERM)
    before, after = tried_alone(X32_SOCKET, AF_INET, SOCK_STREAM, 0)
    assert before in {0, errno.ENOSYS}  # few kernels have the x32 ABI
    assert after == errno.EPERM


def test_memory_stays_below_the_limit_of_a_process() -> None:
    limit = 2**33
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))"
    capped = "from gcmgraph.platform.confinement import cap_memory; cap_memory(2**24)"
    shown = "print(*resource.getrlimit(resource.RLIMIT_AS))"
    command = [sys.executable, "-c", "\n".join((limited, capped, shown))]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert found == [str(limit)] * 2
