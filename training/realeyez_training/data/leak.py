"""How far files give their labels away to a classifier that never sees a pixel."""

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from threadpoolctl import threadpool_limits

_FOLDS = 5
_FEWEST = 20  # groups of a label that say anything


def reachable_auc(
    features: NDArray[np.float64], labels: NDArray[np.bool_], groups: NDArray[np.str_]
) -> float | None:
    """AUC of gradient boosting on `features` `[n, m]`, cross-validated over groups.

    None where a label has fewer than 20 groups.
    """
    if any(len(set(groups[labels == label])) < _FEWEST for label in (False, True)):
        return None
    boosting = HistGradientBoostingClassifier(min_samples_leaf=5, random_state=0)
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    with threadpool_limits(1):  # so few rows: threads would wait for each other longer than work
        predicted = cross_val_predict(
            boosting, features, labels, groups=groups, cv=folds, method="predict_proba"
        )
    return float(roc_auc_score(labels, predicted[:, 1]))
