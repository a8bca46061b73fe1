"""Reading on more than one machine: the same function of a file, mapped over a dask cluster.

A cluster's worker takes a file from the inputs folder where that is shared (and is the same by its
sha256), else its bytes are sent. dask gives the files of a lost worker to another; what the cluster
does not give back all the same is read on this machine, in processes that a bad file cannot harm. So
the results are those of `map_files`, whatever becomes of the cluster. Returns hold names and telephone numbers, so
that nothing leaves this machine but under TLS: `tls://`, with the certificates that dask's own configuration names
(`distributed.comm.tls`); `dask://` reaches this machine alone.
"""

import hashlib
import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from pipeline.intake.find import sha256_of
from pipeline.intake.reading import Reading
from pipeline.intake.workers import CRASHED, Failure, Limits, Progress, attempt, map_files
from pipeline.records import MisuseError

#: A file to read: where its bytes are kept, or they themselves; its name below the inputs folder; and which of the
#: office's workbooks it is.
Task = tuple[Path | bytes, str, str]
Read = Callable[[Task], Reading]

SCHEME = "dask://"
SECURE = "tls://"
_ANSWER_SECONDS = 10
_GRACE_SECONDS = 10
_IN_FLIGHT_PER_THREAD = 4  # the scheduler never holds more than a handful of files


@dataclass(frozen=True)
class Cluster:
    """Where the scheduler listens (dask://HOST:PORT on this machine, else tls://HOST:PORT), and the inputs folder, which its workers may share."""

    engine: str
    folder: Path


def map_on_cluster(
    read: Read,
    tasks: Sequence[Task],
    cluster: Cluster,
    workers: int,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    verbose: bool = False,
) -> list[Reading | Failure]:
    """`read` of every task, in their order; what the cluster leaves undone, in `workers` processes here.

    Raises MisuseError when the cluster does not answer, has no workers, has another version of this program, or would be
    reached in plain text on another machine.
    """
    limits = limits or Limits()
    outcomes: dict[int, Reading | Failure] = {}
    with _connected(cluster.engine) as client:
        for index, outcome in _done_there(client, read, tasks, cluster.folder, limits.wall_seconds):
            outcomes[index] = outcome
            if progress:
                progress(len(outcomes), len(tasks))
    rest = [index for index in range(len(tasks)) if index not in outcomes]
    done_here = map_files(read, [tasks[index] for index in rest], workers, limits=limits, verbose=verbose)
    outcomes |= zip(rest, done_here, strict=True)
    if progress:
        progress(len(tasks), len(tasks))
    return [outcomes[index] for index in range(len(tasks))]


@contextmanager
def _connected(engine: str) -> Iterator[Any]:
    """A client of the scheduler, with at least one worker that has this very program."""
    scheme, _, place = engine.partition("//")
    if f"{scheme}//" not in (SCHEME, SECURE) or not place:
        raise MisuseError(
            f"“{engine}”不是集群地址，请写成 {SECURE}主机:端口（本机的写 {SCHEME}127.0.0.1:端口）的样子。"
        )
    address = f"{SECURE if engine.startswith(SECURE) else 'tcp://'}{place}"
    _refuse_plain(engine, [address])
    try:
        from distributed import Client
    except ImportError as error:
        raise MisuseError('没有装集群部分，请先运行 pip install "yjbj[cluster]"。') from error
    try:
        client: Any = Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:  # a TimeoutError is an OSError
        raise MisuseError(f"集群“{engine}”没有应答，请核对地址，或去掉 --engine 在本机运行。") from error
    with client:
        _check_workers(client, engine)
        yield client


def _check_workers(client: Any, engine: str) -> None:  # noqa: ANN401 - distributed ships no types
    try:
        client.wait_for_workers(1, timeout=_ANSWER_SECONDS)
    except TimeoutError as error:
        raise MisuseError(f"集群“{engine}”里没有工作进程，请先启动 dask worker。") from error
    try:
        by_worker = client.run(program_fingerprint)
    except Exception as error:  # whatever a worker says that has no such function
        raise MisuseError(f"集群“{engine}”的机器上没有装本程序，请装同一版本后再运行。") from error
    if set(by_worker.values()) != {program_fingerprint()}:
        raise MisuseError(f"集群“{engine}”的机器上装的是本程序的另一版本，请装同一版本后再运行。")
    _refuse_plain(engine, by_worker)


def _refuse_plain(engine: str, addresses: Iterable[str]) -> None:
    """Scheduler or workers on another machine, and not under TLS."""
    if not all(address.startswith(SECURE) or _is_here(address) for address in addresses):
        raise MisuseError(
            f"集群“{engine}”在别的机器上，来件里有联系电话，只能加密传送：请给集群配上证书，写成 {SECURE}主机:端口，或去掉 --engine 在本机运行。"
        )


def _is_here(address: str) -> bool:
    """Whether an address (tcp://HOST:PORT, inproc://…) is this machine's own, which no network carries."""
    if address.startswith("inproc://"):
        return True
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def program_fingerprint() -> str:
    """SHA-256 over the sources of what reads a file: two machines with the same one read alike."""
    root = Path(__file__).parents[2]
    total = hashlib.sha256()
    for path in sorted([*(root / "pipeline").rglob("*.py"), *(root / "schemas").rglob("*.py")]):
        total.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def _done_there(
    client: Any,  # noqa: ANN401
    read: Read,
    tasks: Sequence[Task],
    folder: Path,
    wall_seconds: float,
) -> Iterator[tuple[int, Reading | Failure]]:
    """Each task that the cluster did, with its outcome, as it ends; stops when nothing ends any more."""
    done: SimpleQueue[int] = SimpleQueue()
    futures: dict[int, Any] = {}
    known = client.scatter(read, hash=False, broadcast=True)  # the roster is large: it travels once a worker

    def send(index: int, *, whole: bool) -> None:
        kept, name, office = tasks[index]
        data = kept.read_bytes() if isinstance(kept, Path) else kept
        where = None if whole else (str(folder.resolve() / name), sha256_of(data))
        parcel = (data if whole else b"", name, office)
        futures[index] = client.submit(_read_there, known, parcel, where, pure=False)
        futures[index].add_done_callback(lambda _: done.put(index))

    waiting = iter(range(len(tasks)))
    for index, _ in zip(waiting, range(_IN_FLIGHT_PER_THREAD * sum(client.nthreads().values())), strict=False):
        send(index, whole=False)
    while futures:
        try:
            index = done.get(timeout=wall_seconds + _GRACE_SECONDS)
        except Empty:
            return
        future = futures.pop(index)
        outcome = future.result() if future.status == "finished" else _lost(future.status)
        if outcome is None:
            send(index, whole=True)
            continue
        if not (isinstance(outcome, Failure) and outcome.may_be_chance):
            yield index, outcome
        following = next(waiting, None)
        if following is not None:
            send(following, whole=False)


def _lost(status: str) -> Failure:
    """What stands for a task whose workers died one after the other: it is tried again here."""
    return Failure(CRASHED, {"what": "异常退出"}, status)


def _read_there(read: Read, task: Task, where: tuple[str, str] | None) -> Reading | Failure | None:
    """On a worker of the cluster: the file read from the shared folder or from its bytes; None: send the bytes."""
    data, name, office = task
    if where is not None:
        shared = _shared(Path(where[0]), where[1])
        if shared is None:
            return None
        data = shared
    return attempt(read, (data, name, office))


def _shared(path: Path, digest: str) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if sha256_of(data) == digest else None
