"""The sums of bench/model.py."""

from dataclasses import replace

import pytest
from bench import model
from bench.model import Capacity, Costs, Demand, Machine, capacity, proxies

COSTS = Costs(query_us=50.0, client_kb=20.0, worker_mb=100.0, look_seconds=0.01, own=5)
MACHINE = Machine(cores=4, memory_gb=8.4, busy=0.5, descriptors=20_300)


def test_one_proxy_carries_what_its_scarcest_part_does() -> None:
    carried = capacity(COSTS, MACHINE)
    assert carried == Capacity(40_000.0, by_memory=400_000, by_descriptors=40_000)
    assert carried.clients == 40_000


def test_workers_take_memory_from_clients() -> None:
    assert capacity(replace(COSTS, worker_mb=2_100.0), MACHINE).by_memory == 0


@pytest.mark.parametrize(
    ("demand", "number"),
    [
        (Demand(clients=10, rate=1.0, kept=0), 1),
        (Demand(clients=100_000, rate=0.1, kept=0), 3),  # for the clients
        (Demand(clients=100_000, rate=2.0, kept=0), 5),  # for the queries
        (Demand(clients=100_000, rate=0.1, kept=1_000), 1),  # poolers leave a thousand
    ],
)
def test_there_are_as_many_as_the_demand_takes(demand: Demand, number: int) -> None:
    assert proxies(demand, capacity(COSTS, MACHINE)) == number


def test_it_prints_what_it_was_given(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["model", "--clients", "2000000", "--query-us", "100"])
    model.main()
    assert "2,000,000" in capsys.readouterr().out
