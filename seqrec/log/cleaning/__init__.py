"""Cleaning: steps that remove or change events of the coded tables, each with its effect."""
