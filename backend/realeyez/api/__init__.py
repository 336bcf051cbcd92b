"""HTTP in and out: routes, problems, the OpenAPI description and the web page."""
