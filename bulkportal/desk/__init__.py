"""The desk: a page on this machine for people who do not type commands. A shell over the pipeline; no rule and no decision lives here."""
