"""Programs get all figures, days as ISO 8601 has them, and what there is to decide."""

import json

from figured import figures, product, table

from pgtoll.cli.report_output import as_json


def test_figures_are_plain_values() -> None:
    told = json.loads(json.dumps(as_json(figures(product(idle=2), tables=(table(),)))))
    assert told["at"] == "2026-06-01T09:00:00Z"
    assert told["since"] == "2026-03-03"
    assert told["products"][0]["idle"] == 2
    assert told["tables"][0]["rows"] == 900
    assert told["decisions"][0]["text"].startswith("2 of 10 seats")
