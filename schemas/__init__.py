"""What people fill in and what we write: declarations only, importing nothing else of ours."""
