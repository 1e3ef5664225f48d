"""The record for others: read as a stream, written as JSON, CSV, a workbook or an archive."""
