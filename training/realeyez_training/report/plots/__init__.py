"""One file a plot; each returns inline SVG in the page's colours and fonts."""
