"""Stack files on disk: read as Pulumi reads them, judged, divided, and changed in the text itself."""
