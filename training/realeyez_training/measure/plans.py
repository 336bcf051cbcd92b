"""The view plans to choose from, and the choice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from realeyez.models import Anchor, ViewPlan
from realeyez_training.measure.bootstrap import draws
from realeyez_training.measure.scores import Floats, Names

CENTRE = Anchor(0.5, 0.5)
CORNERS = (Anchor(0.0, 0.0), Anchor(1.0, 0.0), Anchor(0.0, 1.0), Anchor(1.0, 1.0))

# Cheapest first. All have the whole: crops alone leave most of a large photograph unseen, which the
# small frames that plans are chosen on cannot show.
PLANS = (
    ViewPlan(whole=True, crops=()),
    ViewPlan(whole=True, crops=(CENTRE,)),
    ViewPlan(whole=True, crops=CORNERS),
)


def choose(scores: Sequence[Floats], labels: NDArray[np.bool_], groups: Names) -> int:
    """Which plan: the first, cheapest one whose AUC no other plan exceeds beyond chance.

    scores: of each plan, `[n]`. Beyond chance: in 97.5 % of bootstrap draws of groups. A dearer
    plan costs every picture its views, so chance must not choose it.
    """
    samples = [rows for rows in draws(groups, 500) if 0 < labels[rows].sum() < len(rows)]
    areas = np.array(
        [[roc_auc_score(labels[rows], of_plan[rows]) for rows in samples] for of_plan in scores]
    )
    for plan, of_plan in enumerate(areas):
        if ((areas > of_plan).mean(axis=1) < 0.975).all():
            return plan
    return int(areas.mean(axis=1).argmax())  # each is beaten by another: a circle
