"""The framework's own website pages."""
