"""Reads of deliveries."""
