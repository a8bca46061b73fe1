"""Work on files in processes of their own, so that a file that crashes, hangs or swells costs itself alone.

Where `resource` exists (Linux, macOS) a worker is bounded in memory and, file by file, in CPU time.
Windows has neither: there the child process and the wall time protect, so a swelling file may slow
the machine until its time is up, but does not end the run (contract §4).
"""

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, TimeoutError
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from pickle import PicklingError
from queue import Empty, SimpleQueue
from types import ModuleType
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipeline.findings import ERROR, WARNING, Rule, rule
from pipeline.intake.disk import is_full
from pipeline.intake.guard import megabytes
from pipeline.intake.unreadable import SAVE_AGAIN, Unreadable

if sys.platform != "win32":
    import resource

Task = TypeVar("Task")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]

#: Modules that every worker needs and that take a moment to import; never pandas.
_PRELOADED = ["pipeline.intake.open"]
_GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: wall and CPU seconds, and bytes of memory beyond the bare worker's."""

    wall_seconds: float = 60
    cpu_seconds: int = 20
    memory_bytes: int = 2 << 30


TOOK_TOO_LONG = rule(
    "WJ-015",
    ERROR,
    title="读取超时",
    problem="读取超过 {seconds} 秒没有完成，已停止",
    remedy=SAVE_AGAIN,
    example="读不完的文件",
)
CRASHED = rule(
    "WJ-016",
    ERROR,
    title="读取中断",
    problem="读取这个文件时程序中断（{what}），其他文件不受影响",
    remedy=SAVE_AGAIN,
    example="损坏的文件",
)
SWOLLEN = rule(
    "WJ-017",
    ERROR,
    title="占用内存过多",
    problem="读取这个文件要用的内存超过 {limit}，已停止",
    remedy="请删去无关的内容和格式，只留要填报的行，另存为 .xlsx 后重新报送",
    example="撑得过大的文件",
)
FAILED = rule(
    "WJ-018",
    ERROR,
    title="读取出错",
    problem="读取这个文件时出错（{what}）",
    remedy=SAVE_AGAIN,
    example="损坏的文件",
)


OWN_FAULT = rule(
    "WJ-019",
    WARNING,
    title="程序出错",
    problem="程序读这个文件时出错，不是文件的问题",
    remedy="请把这个文件和加 --verbose 运行所显示的内容发给工程师；单位不用改",
    example="任何来件",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What is left of a task whose work did not end well: rule and words; `detail` is for --verbose."""

    rule: Rule
    words: dict[str, str]
    detail: str = ""

    @property
    def ours(self) -> bool:
        """Whether a mistake of this program ended it, and the file is not to blame."""
        return self.rule == OWN_FAULT

    @property
    def may_be_chance(self) -> bool:
        """Whether the neighbours or the state of the worker may have had a part in it."""
        return self.rule in {CRASHED, SWOLLEN}


def map_files(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    *,
    limits: Limits = Limits(),
    progress: Progress | None = None,
    verbose: bool = False,
    start_method: str | None = None,
) -> list[Result | Failure]:
    """`function` of every task, in their order: its result, or a Failure in its place.

    function: of a module's top level; an Unreadable it raises becomes a Failure with its rule.
    progress: called with the number done and of all, as tasks end.
    verbose: leaves the workers' standard output and error open (parsers in Rust write there as they panic).

    A task whose worker died, or ran short of memory, is tried once more in a fresh process alone, so
    that no verdict depends on the neighbours, nor on the number of workers.
    """
    crew = _Crew(function, tasks, limits, verbose, start_method or _start_method())
    outcomes: dict[int, Result | Failure] = {}

    def settle(index: int, outcome: Result | Failure) -> None:
        outcomes[index] = outcome
        if progress:
            progress(len(outcomes), len(tasks))

    for index, outcome in crew.work(range(len(tasks)), workers):
        if not (isinstance(outcome, Failure) and outcome.may_be_chance):
            settle(index, outcome)
    for index in [index for index in range(len(tasks)) if index not in outcomes]:
        for _, outcome in crew.work([index], 1):
            settle(index, outcome)
    return [outcomes[index] for index in range(len(tasks))]


@dataclass(frozen=True, slots=True)
class _Crew(Generic[Task, Result]):
    """Workers who all know the same function."""

    function: Callable[[Task], Result]
    tasks: Sequence[Task]
    limits: Limits
    verbose: bool
    start_method: str

    def work(self, indexes: Sequence[int], workers: int) -> Iterator[tuple[int, Result | Failure]]:
        """Do these tasks with fresh workers; yields each with its outcome as it ends."""
        if not indexes:
            return
        context = get_context(self.start_method)
        if self.start_method == "forkserver":
            context.set_forkserver_preload([*_PRELOADED, _home(self.function)])
        pool = ProcessPool(
            max(1, min(workers, len(indexes))),
            initializer=_prepare,
            initargs=(self.function, self.limits, self.verbose),
            context=context,
        )
        with _nameless_main():
            try:
                yield from self._finished(pool, indexes)
            finally:
                pool.stop()  # type: ignore[no-untyped-call]
                pool.join()

    def _finished(self, pool: ProcessPool, indexes: Sequence[int]) -> Iterator[tuple[int, Result | Failure]]:
        done: SimpleQueue[int] = SimpleQueue()
        futures: dict[int, Future[Result | Failure]] = {}
        for index in indexes:
            futures[index] = pool.schedule(_attempt, args=(self.tasks[index],), timeout=self.limits.wall_seconds)
            futures[index].add_done_callback(lambda _, index=index: done.put(index))  # type: ignore[misc]
        while futures:
            try:
                index = done.get(timeout=self.limits.wall_seconds + _GRACE_SECONDS)
            except Empty:  # a worker took tasks with it as it died: nobody will ever finish them
                yield from ((index, Failure(CRASHED, {"what": "没有应答"})) for index in futures)
                return
            yield index, self._outcome(futures.pop(index))

    def _outcome(self, future: "Future[Result | Failure]") -> Result | Failure:
        error = future.exception()
        if error is None:
            return future.result()
        if isinstance(error, TimeoutError):
            return Failure(TOOK_TOO_LONG, {"seconds": f"{self.limits.wall_seconds:g}"})
        if isinstance(error, ProcessExpired) and sys.platform != "win32" and error.exitcode == -signal.SIGXCPU:
            return Failure(TOOK_TOO_LONG, {"seconds": f"{self.limits.cpu_seconds:g}"})
        if is_full(error):
            raise error
        if isinstance(error, (AttributeError, TypeError, PicklingError)):
            raise error  # the function or its result cannot travel between processes: our own mistake
        return Failure(CRASHED, {"what": "异常退出"}, f"{error!r}, exit code {getattr(error, 'exitcode', None)}")


def _home(function: Callable[..., Any]) -> str:
    """The module of a function, or of the one that a partial fills in."""
    return str(getattr(function, "func", function).__module__)


@contextmanager
def _nameless_main() -> Iterator[None]:
    """Keep new processes from running the caller's script again.

    They would import it as their own `__main__`, though all they do is of our modules: a script
    without a guard would start the whole run once more in each, and one typed in, of which there is
    no file, would end them before their first task.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _start_method() -> str:
    """A fork of a clean, single-threaded server where there is one: quick, and free of our own memory."""
    return "forkserver" if "forkserver" in get_all_start_methods() else "spawn"


class _Job:
    """What this process was made to do: set once in each worker, so that it does not travel with every task."""

    function: Callable[[Any], Any]
    limits: Limits


def _prepare(function: Callable[[Any], Any], limits: Limits, verbose: bool) -> None:
    """Make this process a worker: silent and bounded."""
    _Job.function, _Job.limits = staticmethod(function), limits
    if not verbose:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(nothing)
    if sys.platform != "win32":
        _lower(resource.RLIMIT_AS, _own_memory() + limits.memory_bytes)
        _lower(resource.RLIMIT_CORE, 0)


def _attempt(task: Any) -> Any:  # noqa: ANN401 - the task and result of whatever function
    """In the worker: its function of `task`, within its CPU seconds."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + _Job.limits.cpu_seconds)
    return attempt(_Job.function, task, _Job.limits)


def attempt(function: Callable[[Task], Result], task: Task, limits: Limits = Limits()) -> Result | Failure:
    """`function` of `task`; whatever it raises is a verdict, save that the disk is full.

    On the task: Unreadable, into which `open_book` turns all that a parser raises; a lack of memory; what is no
    Exception (a panic of a Rust parser, SystemExit). On this program: every other Exception, for what has been
    opened is plain values, and to read, clean or mark them must not fail whatever they are (`Failure.ours`).
    """
    try:
        return function(task)
    except Unreadable as error:
        return Failure(error.rule, error.words, traceback.format_exc())
    except MemoryError:
        return Failure(SWOLLEN, {"limit": megabytes(limits.memory_bytes)})
    except BaseException as error:
        if is_full(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error  # no verdict on the task
        if isinstance(error, Exception):
            return Failure(OWN_FAULT, {}, traceback.format_exc())
        return Failure(FAILED, {"what": "内容不合常规"}, traceback.format_exc())


def _lower(kind: int, soft: int) -> None:
    """Set a soft limit as far as the hard one allows."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _own_memory() -> int:
    """Bytes of address space that this process has taken before its first task; 0 where unknown."""
    try:
        with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123 - no path, a window into the kernel
            return int(sizes.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
