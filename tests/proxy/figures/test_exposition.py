"""The page of metrics is what Prometheus reads."""

import re
from collections import Counter

from pgtoll.figures.exposition import exposed
from pgtoll.figures.figures import Figures, LicenseFigures, ProductFigures, Times

LINE = re.compile(r'pgtoll_\w+(\{(\w+="(\\.|[^"\\\n])*",?)*\})? -?\d+(\.\d+)?(e[+-]\d+)?')


def page(**figures: object) -> list[str]:
    text = exposed(Figures(**figures))  # type: ignore[arg-type]
    assert text.endswith("\n")
    return text.splitlines()


def test_every_line_is_a_comment_or_a_sample_behind_its_type() -> None:
    typed: set[str] = set()
    for line in page(sessions=Counter(idle=2), verdicts=Counter({("cap", "crm"): 1})):
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        elif not line.startswith("# HELP "):
            assert LINE.fullmatch(line), line
            name = re.split(r"[{ ]", line)[0]
            assert name in typed or re.sub("_(bucket|sum|count)$", "", name) in typed


def test_no_metric_comes_twice() -> None:
    names = [line.split()[2] for line in page() if line.startswith("# TYPE ")]
    assert len(set(names)) == len(names)


def test_figures_are_shown_under_their_labels() -> None:
    lines = page(
        sessions=Counter({"idle in transaction": 2}),
        from_clients=10**16,
        facts_preloaded=7,
        refusals=Counter({("refused", "crm"): 3}),
        licenses=(LicenseFigures("crm", "personal", "L-1", -2.5),),
    )
    assert 'pgtoll_sessions{state="idle in transaction"} 2' in lines
    assert 'pgtoll_received_bytes_total{from="clients"} 10000000000000000' in lines
    assert "pgtoll_facts_preloaded_total 7" in lines
    assert 'pgtoll_refusals_total{kind="refused",product="crm"} 3' in lines
    assert 'pgtoll_license_days_left{product="crm",type="personal",license="L-1"} -2.5' in lines


def test_products_are_shown_with_what_their_licenses_give() -> None:
    lines = page(
        products=(
            ProductFigures("base", "demo", 0, 0, None),
            ProductFigures("crm", "personal", 5, 2, 86_400.5),
        ),
        program=("0.1.0", "compiled"),
        reasons=Counter({("42501", "license"): 2}),
    )
    assert 'pgtoll_product_state{product="base",state="demo"} 1' in lines
    assert 'pgtoll_seats_bought{product="crm"} 5' in lines
    assert 'pgtoll_seats_granted{product="crm"} 2' in lines
    assert 'pgtoll_product_covered_seconds{product="crm"} 86400.5' in lines
    assert 'pgtoll_product_covered_seconds{product="base"}' not in "".join(lines)
    assert 'pgtoll_build_info{version="0.1.0",build="compiled"} 1' in lines
    assert 'pgtoll_refused_statements_total{sqlstate="42501",rule="license"} 2' in lines


def test_a_hostile_label_stays_one() -> None:
    lines = page(refused=Counter({'a"\n\\': 1}))
    assert r'pgtoll_clients_refused_total{sqlstate="a\"\n\\"} 1' in lines


def test_a_histogram_counts_up() -> None:
    times = Times()
    for seconds in (0.0001, 0.3, 100):
        times.add(seconds)
    lines = page(parse_times=times)
    assert 'pgtoll_parse_seconds_bucket{le="0.0005"} 1' in lines
    assert 'pgtoll_parse_seconds_bucket{le="0.5"} 2' in lines
    assert 'pgtoll_parse_seconds_bucket{le="+Inf"} 3' in lines
    assert "pgtoll_parse_seconds_count 3" in lines
