"""What the chaos bench is made of: sheets, troubles, runs that can be killed, and a judge."""
