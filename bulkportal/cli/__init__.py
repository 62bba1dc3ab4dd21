"""The command line: a thin skin on the pipeline. Nothing below it prints."""
