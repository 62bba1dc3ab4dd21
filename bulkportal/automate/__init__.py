"""What happens while nobody looks: nightly runs of a folder, their memory, who is told, timers, logs."""
