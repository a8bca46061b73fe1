"""Reading on a cluster: the same results as here, whatever becomes of its workers."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.intake.cluster import Cluster, map_on_cluster
from pipeline.intake.unreadable import damaged
from pipeline.intake.workers import Failure
from pipeline.records import MisuseError, Settings
from pipeline.run import run
from tests.office import MEETING, Office

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def engine() -> Iterator[str]:
    """The address of a cluster of two workers on this machine."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address.replace("tcp://", "dask://")


def files(outputs: Path) -> dict[str, bytes]:
    """Every file below but the log, which tells the time."""
    found = [path for path in outputs.rglob("*") if path.is_file() and path.name != "运行日志.txt"]
    return {path.relative_to(outputs).as_posix(): path.read_bytes() for path in found}


def test_a_run_on_a_cluster_writes_the_same_bytes(engine, tmp_path):
    inputs = Office(tmp_path).return_all().inputs
    (inputs / "坏文件.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    outcomes = [
        run(Settings(MEETING, inputs, tmp_path / where, 1, on)) for where, on in (("here", ""), ("there", engine))
    ]
    assert outcomes[0].exit_code == outcomes[1].exit_code
    assert files(tmp_path / "here") == files(tmp_path / "there")


def shouted(task: tuple[bytes | None, str, str]) -> str:
    """What stands in for reading: the text in capitals; a file that says so kills its worker the first time."""
    data, name, _ = task
    assert data is not None
    if data == b"bad":
        raise damaged("x")
    if data.startswith(b"kill"):
        mark = Path(data.decode().split()[1])
        if not mark.exists():
            mark.touch()
            os._exit(1)
    return f"{name} {data[:4].decode().upper()}"


def test_a_lost_worker_loses_no_file(engine, tmp_path):
    tasks = [(f"text {n}".encode(), f"{n}.xlsx", "") for n in range(12)]
    tasks[3] = (f"kill {tmp_path / 'killed'}".encode(), "3.xlsx", "")
    tasks[5] = (b"bad", "5.xlsx", "")
    told: list[int] = []
    results = map_on_cluster(
        shouted, tasks, Cluster(engine, tmp_path), 1, progress=lambda done, total: told.append(done)
    )
    assert (tmp_path / "killed").exists()
    assert isinstance(results[5], Failure)
    assert results[5].rule.code == "WJ-004"
    assert [r for r in results if isinstance(r, str)] == [
        f"{n}.xlsx {'KILL' if n == 3 else 'TEXT'}" for n in range(12) if n != 5
    ]
    assert (told[-1], told) == (12, sorted(told))


def test_a_file_in_the_shared_folder_is_read_there_unless_it_has_changed(engine, tmp_path):
    (tmp_path / "same.xlsx").write_bytes(b"same")
    (tmp_path / "other.xlsx").write_bytes(b"changed since")
    tasks = [(b"same", "same.xlsx", ""), (b"othe", "other.xlsx", "")]
    assert map_on_cluster(shouted, tasks, Cluster(engine, tmp_path), 1) == ["same.xlsx SAME", "other.xlsx OTHE"]


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "dask://", "dask://127.0.0.1:{free}", "dask://不是主机"])
def test_a_wrong_address_is_one_line_and_exit_2(tmp_path, monkeypatch, address):
    monkeypatch.setattr("pipeline.intake.cluster._ANSWER_SECONDS", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = address.format(free=free.getsockname()[1])
    inputs = Office(tmp_path).return_all(but=("区公安局",)).inputs
    result = CliRunner().invoke(
        main, ["run", "--inputs", str(inputs), "--outputs", str(tmp_path / "out"), "--engine", address]
    )
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert address in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("address", ["dask://10.1.2.3:8786", "dask://scheduler:8786"])
def test_another_machine_is_reached_under_tls_alone(tmp_path, address):
    with pytest.raises(MisuseError, match=f"{address}”在别的机器上.*tls://"):
        map_on_cluster(shouted, [], Cluster(address, tmp_path), 1)


def test_so_are_the_workers_of_a_scheduler_on_this_machine():
    from pipeline.intake.cluster import _refuse_plain

    _refuse_plain("dask://127.0.0.1:1", ["tcp://127.0.0.1:2", "tcp://[::1]:2", "tcp://localhost:2", "tls://10.1.2.3:2"])
    with pytest.raises(MisuseError, match="只能加密传送"):
        _refuse_plain("dask://127.0.0.1:1", ["tcp://127.0.0.1:2", "tcp://10.1.2.3:2"])


def test_without_certificates_tls_is_one_line(tmp_path):
    with pytest.raises(MisuseError, match="没有应答"):
        map_on_cluster(shouted, [], Cluster("tls://127.0.0.1:1", tmp_path), 1)
