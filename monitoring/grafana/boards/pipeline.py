"""Pipeline and cost: does main build, how long does it take, what does all this cost?"""

from monitoring.grafana.boards.parts import Panel, Query, Row, board

BOARD = board(
    "pipeline",
    "RealEyez: pipeline and cost",
    "Does main build, how long does it take, and what does all this cost?",
    [
        Row(
            "Jenkins",
            [
                Panel(
                    "Last result",
                    "0 success, 1 unstable, 2 failure, 3 not built, 4 aborted.",
                    "short",
                    [Query("default_jenkins_builds_last_build_result_ordinal", "{{jenkins_job}}")],
                    "figure",
                    6,
                    above=1,
                ),
                Panel(
                    "Builds that fail",
                    "Of all since Jenkins' start.",
                    "percentunit",
                    [
                        Query(
                            "sum by (jenkins_job) (default_jenkins_builds_failed_build_count_total)"
                            " / sum by (jenkins_job)"
                            " (default_jenkins_builds_duration_milliseconds_summary_count)",
                            "{{jenkins_job}}",
                        )
                    ],
                    "figure",
                    6,
                    above=0.2,
                    most=1,
                ),
                Panel(
                    "Builds that wait",
                    "For an executor.",
                    "short",
                    [Query("jenkins_queue_size_value", "waiting")],
                    "figure",
                    6,
                    above=5,
                ),
                Panel(
                    "Executors at work",
                    "Of those that there are.",
                    "percentunit",
                    [
                        Query(
                            "jenkins_executor_in_use_value / jenkins_executor_count_value",
                            "in use",
                        )
                    ],
                    "figure",
                    6,
                    most=1,
                ),
                Panel(
                    "Duration",
                    "Of the last build.",
                    "ms",
                    [
                        Query(
                            "default_jenkins_builds_last_build_duration_milliseconds",
                            "{{jenkins_job}}",
                        )
                    ],
                    width=24,
                ),
            ],
        ),
        Row(
            "Cost",
            [
                Panel(
                    "Hosts of the service",
                    "That give figures.",
                    "short",
                    [Query('sum(up{job="realeyez"})', "hosts")],
                    width=8,
                ),
                Panel(
                    "AWS, this month so far",
                    "By AWS service, as AWS estimates it.",
                    "currencyUSD",
                    [
                        Query(
                            'aws_billing_estimated_charges_maximum{dimension_ServiceName!=""}',
                            "{{dimension_ServiceName}}",
                        )
                    ],
                    "areas",
                    8,
                ),
                Panel(
                    "Cost of a thousand pictures",
                    "This month's charges a second, by the pictures of the last hour a second.",
                    "currencyUSD",
                    [
                        Query(
                            "1000 * sum(aws_billing_estimated_charges_maximum"
                            '{dimension_ServiceName=""})'
                            " / (86400 * (day_of_month() - 1) + 3600 * (hour() + 1))"
                            " / (realeyez:pictures:increase1h / 3600)",
                            "USD",
                        )
                    ],
                    width=8,
                ),
            ],
        ),
    ],
)
