"""What happens while nobody looks: nightly runs of a folder, their memory, notifications, timers, logs."""
