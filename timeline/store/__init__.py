"""Tables: schema, records ↔ Arrow ↔ pandas, extraction cache, published versions."""

from timeline.store.schema import SCHEMA_VERSION, SCHEMAS, TABLES

__all__ = ["SCHEMAS", "SCHEMA_VERSION", "TABLES"]
