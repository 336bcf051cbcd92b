"""Model: what it says, whether it sees what it was tried on, and what people and files say."""

from monitoring.grafana.boards.parts import Panel, Query, Row, board

_SHOWN = '{le=~"0.1|0.5|0.9"}'  # of ten: they tell where the mass lies

VERDICTS = Row(
    "Verdicts",
    [
        Panel(
            "Model in use",
            "More than one for longer than a roll-out takes is an alert.",
            "short",
            [Query("count by (name, version) (realeyez_model_info)", "{{name}} {{version}}")],
            "figure",
            6,
        ),
        Panel(
            "Decided in six hours",
            "Pictures that the model itself decided; drift is judged from 1,000 on.",
            "short",
            [Query("realeyez:decided:increase6h", "decided")],
            "figure",
            6,
        ),
        Panel(
            "Verdicts given",
            "Those from the cache too.",
            "reqps",
            [
                Query(
                    "sum by (verdict) (rate(realeyez_verdicts_total[$__rate_interval]))",
                    "{{verdict}}",
                )
            ],
            "areas",
            12,
        ),
    ],
)

DRIFT = Row(
    "Drift: the feed beside the validation set",
    [
        Panel(
            "Shares of the verdicts",
            "Six hours, beside those among the real and the AI pictures of the validation set.",
            "percentunit",
            [
                Query("realeyez:verdicts:share6h", "{{verdict}}"),
                Query(
                    "avg by (truth, verdict) (realeyez_model_validation_verdicts)",
                    "{{verdict}} of {{truth}} pictures",
                ),
            ],
            "bars",
            12,
            most=1,
        ),
        Panel(
            "Probabilities up to",
            "Six hours, beside those of the validation set. Any mix lies between its two kinds.",
            "percentunit",
            [
                Query(f"realeyez:probability:share6h{_SHOWN}", "{{le}}"),
                Query(
                    f"avg by (truth, le) (realeyez_model_validation_probability{_SHOWN})",
                    "{{le}} of {{truth}} pictures",
                ),
            ],
            "bars",
            12,
            most=1,
        ),
        Panel(
            "Distance of the verdicts",
            "How far outside any mix of the validation pictures; an alert from a tenth on.",
            "percentunit",
            [Query("realeyez:verdicts:distance6h", "distance")],
            width=12,
            above=0.1,
        ),
        Panel(
            "Distance of the probabilities",
            "How far outside any mix of the validation pictures; an alert from 15 % on.",
            "percentunit",
            [Query("realeyez:probability:distance6h", "distance")],
            width=12,
            above=0.15,
        ),
    ],
)

SAID = Row(
    "What files and people say",
    [
        Panel(
            "What verdicts rest on",
            "Signed provenance and declared metadata go before the classifier.",
            "percentunit",
            [
                Query(
                    "sum by (basis) (rate(realeyez_verdicts_total[$__rate_interval]))"
                    " / on () group_left () sum(rate(realeyez_verdicts_total[$__rate_interval]))",
                    "{{basis}}",
                )
            ],
            "areas",
            12,
            most=1,
        ),
        Panel(
            "Provenance found",
            "What the files say of their own origin.",
            "reqps",
            [
                Query(
                    "sum by (kind, certainty) (rate(realeyez_claims_total[$__rate_interval]))",
                    "{{kind}}, {{certainty}}",
                )
            ],
            width=12,
        ),
        Panel(
            "Feedback of a day",
            "What the verdict was, and what people say that the picture is.",
            "short",
            [
                Query(
                    "sum by (verdict, label) (increase(realeyez_feedback_total[1d])) > 0",
                    "{{verdict}}: it is {{label}}",
                )
            ],
            "bars",
            12,
        ),
        Panel(
            "Feedback that disagrees",
            "Of a day's feedback, *unsure* left out. No error rate: people write when it is wrong.",
            "percentunit",
            [Query("realeyez:feedback:disagreement1d", "disagrees")],
            width=12,
            above=0.5,
            most=1,
        ),
    ],
)

BOARD = board(
    "model",
    "RealEyez: model",
    "What does the model say, does it see what it was tried on, and what do people say?",
    [VERDICTS, DRIFT, SAID],
)
