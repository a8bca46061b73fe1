"""What the command line calls, one module a command; each takes settings and gives closing lines (contract §9)."""
