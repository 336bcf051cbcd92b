"""Service: does it keep its objectives, what do callers meet, where does the time go?"""

from monitoring.grafana.boards.parts import Panel, Query, Row, board

_TAKEN_ON = 'realeyez_pictures_total{outcome!="rejected"}'


def _within(priority: str, seconds: str) -> Query:
    series = f'{{priority="{priority}"'
    return Query(
        f'sum(increase(realeyez_check_seconds_bucket{series},le="{seconds}"}}[$__range]))'
        f" / sum(increase(realeyez_check_seconds_count{series}}}[$__range]))"
    )


def _quantile(share: float, metric: str, by: str) -> str:
    return f"histogram_quantile({share}, sum by ({by}, le) (rate({metric}[$__rate_interval])))"


OBJECTIVES = Row(
    "Objectives",
    [
        Panel(
            "Pictures that get a verdict",
            "Of those that are no fault of the caller's. The objective is 99.9 %.",
            "percentunit",
            [
                Query(
                    f"sum(increase(realeyez_pictures_total{{outcome="
                    f'"answered"}}[$__range])) / sum(increase({_TAKEN_ON}[$__range]))'
                )
            ],
            "figure",
            4,
            below=0.999,
            most=1,
        ),
        Panel(
            "Interactive within 0.3 s",
            "The objective is 95 %.",
            "percentunit",
            [_within("interactive", "0.3")],
            "figure",
            4,
            below=0.95,
            most=1,
        ),
        Panel(
            "Feed within 2 s",
            "The objective is 95 %.",
            "percentunit",
            [_within("feed", "2.0")],
            "figure",
            4,
            below=0.95,
            most=1,
        ),
        Panel(
            "Budget burnt in the last hour",
            "1 spends a month's budget in a month; from 14.4 on somebody is woken.",
            "short",
            [
                Query('realeyez:slo_errors:ratio_rate1h{slo="availability"} / 0.001', "{{slo}}"),
                Query('realeyez:slo_errors:ratio_rate1h{slo!="availability"} / 0.05', "{{slo}}"),
            ],
            width=12,
            above=14.4,
        ),
    ],
)

SIGNALS = Row(
    "Golden signals, by priority",
    [
        Panel(
            "Traffic",
            "Pictures a second and what became of them.",
            "reqps",
            [
                Query(
                    "sum by (priority, outcome) (rate(realeyez_pictures_total[$__rate_interval]))",
                    "{{priority}} {{outcome}}",
                )
            ],
            "areas",
            12,
        ),
        Panel(
            "Refusals",
            "Requests without a verdict, by the problem that they were told.",
            "reqps",
            [
                Query(
                    "sum by (reason) (rate(realeyez_refused_total[$__rate_interval]))", "{{reason}}"
                )
            ],
            width=12,
        ),
        Panel(
            "Latency, interactive",
            "From a picture's last byte to its verdict.",
            "s",
            [
                Query(
                    _quantile(
                        share, 'realeyez_check_seconds_bucket{priority="interactive"}', "priority"
                    ),
                    f"p{share * 100:.0f}",
                )
                for share in (0.5, 0.95, 0.99)
            ],
            above=0.3,
        ),
        Panel(
            "Latency, feed",
            "From a picture's last byte to its verdict.",
            "s",
            [
                Query(
                    _quantile(share, 'realeyez_check_seconds_bucket{priority="feed"}', "priority"),
                    f"p{share * 100:.0f}",
                )
                for share in (0.5, 0.95, 0.99)
            ],
            above=2,
        ),
        Panel(
            "Saturation",
            "Pictures that wait, and that are being worked on: REALEYEZ_MAX_WAITING is the most.",
            "short",
            [
                Query("sum(realeyez_waiting_pictures)", "waiting"),
                Query("sum(realeyez_in_flight_pictures)", "in flight"),
            ],
        ),
    ],
)

TIME = Row(
    "Where the time goes",
    [
        Panel(
            "Steps of a check",
            "Mean of each step, stacked: their sum is the mean check.",
            "s",
            [
                Query(
                    "sum by (step)"
                    ' (rate(realeyez_step_seconds_sum{step!="total"}[$__rate_interval]))'
                    " / on () group_left ()"
                    ' sum(rate(realeyez_step_seconds_count{step="total"}[$__rate_interval]))',
                    "{{step}}",
                )
            ],
            "areas",
            12,
        ),
        Panel(
            "Queue time",
            "95 % wait less for their turns.",
            "s",
            [Query("realeyez:queue_seconds:p95_5m", "{{priority}}")],
            width=12,
        ),
        Panel(
            "Views in a run",
            "On CPUs a run has one; on a GPU the more, the better it is used.",
            "short",
            [
                Query(
                    "sum(rate(realeyez_batch_views_sum[$__rate_interval]))"
                    " / sum(rate(realeyez_batch_views_count[$__rate_interval]))",
                    "mean",
                )
            ],
        ),
        Panel(
            "Runs of the model",
            "How often the model runs.",
            "ops",
            [Query("sum(rate(realeyez_batch_views_count[$__rate_interval]))", "runs")],
        ),
        Panel(
            "Verdicts from the cache",
            "Pictures that were decided within the hour before.",
            "percentunit",
            [
                Query(
                    'sum(rate(realeyez_verdicts_total{cached="yes"}[$__rate_interval]))'
                    " / sum(rate(realeyez_verdicts_total[$__rate_interval]))",
                    "cached",
                )
            ],
            most=1,
        ),
    ],
)

PROCESS = Row(
    "The processes",
    [
        Panel(
            "Processors",
            "Cores in use by each process.",
            "short",
            [
                Query(
                    'rate(process_cpu_seconds_total{job="realeyez"}[$__rate_interval])',
                    "{{instance}}",
                )
            ],
            width=6,
        ),
        Panel(
            "Memory",
            "Resident, and bodies that are being received or checked.",
            "bytes",
            [
                Query('process_resident_memory_bytes{job="realeyez"}', "{{instance}}"),
                Query("realeyez_upload_bytes", "{{instance}} bodies"),
            ],
            width=6,
        ),
        Panel(
            "Answers",
            "By status.",
            "reqps",
            [
                Query(
                    "sum by (status) (rate(realeyez_http_requests_total[$__rate_interval]))",
                    "{{status}}",
                )
            ],
            "areas",
            6,
        ),
        Panel(
            "Checks not in the database",
            "Waiting to be written, and lost.",
            "short",
            [
                Query("realeyez_unwritten_checks", "{{instance}} waiting"),
                Query("realeyez_dropped_checks", "{{instance}} lost"),
            ],
            width=6,
        ),
    ],
)

BOARD = board(
    "service",
    "RealEyez: service",
    "Does the service keep its objectives, what do callers meet, and where does the time go?",
    [OBJECTIVES, SIGNALS, TIME, PROCESS],
)
