"""One module a format. Each has ``read(stream, where, settings)``, which gives drafts, issues, and sources found inside (archives)."""
