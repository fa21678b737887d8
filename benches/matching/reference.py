"""The public engine cms-hte-patient-matching (b.well, Apache-2.0) beside ours: reads labelled cases, prints its answers, a line each.

Its own back ends look candidates up by one value of each field, taken by hash order; here it sees all charts of the case.
"""

import asyncio
import json
import sys

from patient_matching.matching import MatchingBackend, MatchingManager
from patient_matching.normalization import NormalizationManager


class AllCharts(MatchingBackend):
    def __init__(self, charts):
        self.charts = charts

    async def search(self, criteria):
        return self.charts


async def answer(case, normalize):
    charts = [normalize(chart) for chart in case["charts"]]
    found = await MatchingManager(backend=AllCharts(charts)).match(normalize(case["query"]))
    named = [chart["id"] for chart in found.matched_patients]
    return {"id": case["id"], "outcome": found.outcome.value, "charts": named, "rule": found.matched_rule_id}


async def main(path):
    normalize = NormalizationManager().normalize
    with open(path) as cases:
        for line in cases:
            if line.strip():
                print(json.dumps(await answer(json.loads(line), normalize)))


asyncio.run(main(sys.argv[1]))
