"""Reports: a comparison as a table, JSON, CSV, Markdown or charts."""
