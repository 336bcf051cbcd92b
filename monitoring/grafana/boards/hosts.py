"""Hosts: processors, memory, disks, network; and what stands around the service."""

from monitoring.grafana.boards.parts import Panel, Query, Row, board

_DISKS = 'fstype!~"tmpfs|ramfs|squashfs",mountpoint!~"/boot.*|.*/(docker|containers|overlay)(/.*)?"'
_NETWORK = 'device!~"lo|veth.*|docker.*|br-.*|ifb.*"'

MACHINES = Row(
    "Machines",
    [
        Panel(
            "Processors busy",
            "Of all cores.",
            "percentunit",
            [Query("instance:cpu:busy5m", "{{instance}}")],
            above=0.9,
            most=1,
        ),
        Panel(
            "What processors do",
            "Cores, by kind of work.",
            "short",
            [
                Query(
                    'sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[$__rate_interval]))',
                    "{{mode}}",
                )
            ],
            "areas",
        ),
        Panel(
            "Load",
            "Processes that run or wait to, in a minute, beside the number of cores.",
            "short",
            [
                Query("node_load1", "{{instance}}"),
                Query(
                    'count by (instance) (node_cpu_seconds_total{mode="idle"})',
                    "{{instance}} cores",
                ),
            ],
        ),
        Panel(
            "Memory used",
            "What programs cannot have.",
            "percentunit",
            [Query("instance:memory:used", "{{instance}}")],
            above=0.9,
            most=1,
        ),
        Panel(
            "Disks full",
            "By file system.",
            "percentunit",
            [
                Query(
                    f"1 - node_filesystem_avail_bytes{{{_DISKS}}} / node_filesystem_size_bytes",
                    "{{instance}} {{mountpoint}}",
                )
            ],
            above=0.95,
            most=1,
        ),
        Panel(
            "Disks at work",
            "Bytes read and written a second.",
            "Bps",
            [
                Query(
                    "sum by (instance) (rate(node_disk_read_bytes_total[$__rate_interval]))",
                    "{{instance}} read",
                ),
                Query(
                    "sum by (instance) (rate(node_disk_written_bytes_total[$__rate_interval]))",
                    "{{instance}} written",
                ),
            ],
        ),
        Panel(
            "Network in",
            "Bytes received a second, by device.",
            "Bps",
            [
                Query(
                    f"rate(node_network_receive_bytes_total{{{_NETWORK}}}[$__rate_interval])",
                    "{{instance}} {{device}}",
                )
            ],
        ),
        Panel(
            "Network out",
            "Bytes sent a second, by device.",
            "Bps",
            [
                Query(
                    f"rate(node_network_transmit_bytes_total{{{_NETWORK}}}[$__rate_interval])",
                    "{{instance}} {{device}}",
                )
            ],
        ),
        Panel(
            "Targets",
            "Who gives figures: 1, or 0.",
            "short",
            [Query("up", "{{job}} {{instance}}")],
            most=1,
        ),
    ],
)

AROUND = Row(
    "Around the service",
    [
        Panel(
            "NGINX, requests",
            "A second.",
            "reqps",
            [Query("rate(nginx_http_requests_total[$__rate_interval])", "{{instance}}")],
            width=6,
        ),
        Panel(
            "NGINX, connections",
            "Open ones.",
            "short",
            [Query("nginx_connections_active", "{{instance}}")],
            width=6,
        ),
        Panel(
            "PostgreSQL, connections",
            "Of those that it allows.",
            "percentunit",
            [
                Query(
                    "sum by (instance) (pg_stat_database_numbackends)"
                    " / sum by (instance) (pg_settings_max_connections)",
                    "{{instance}}",
                )
            ],
            width=6,
            above=0.8,
            most=1,
        ),
        Panel(
            "PostgreSQL, size",
            "By database.",
            "bytes",
            [Query("pg_database_size_bytes", "{{datname}}")],
            width=6,
        ),
        Panel(
            "The site from outside",
            "Seconds that a stranger's request takes.",
            "s",
            [Query("probe_duration_seconds", "{{instance}}")],
            width=12,
        ),
        Panel(
            "Certificates end in",
            "Days until the first certificate of the chain ends; a ticket from 21 on.",
            "d",
            [Query("(probe_ssl_earliest_cert_expiry - time()) / 86400", "{{instance}}")],
            width=12,
            below=21,
        ),
    ],
)

BOARD = board(
    "hosts",
    "RealEyez: hosts",
    "The machines, the way in, and the database.",
    [MACHINES, AROUND],
)
