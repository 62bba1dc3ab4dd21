"""The command line: a thin layer over the pipeline. Nothing below it prints."""
