"""Traces of statements for OpenTelemetry. None of it is loaded unless asked for."""
