"""The commented ``bulkportal.toml`` that ``bulkportal init`` writes; a test compares it with `Profile`."""

from __future__ import annotations

TEXT = """\
# bulkportal's settings. Flags win over the environment, the environment over this file.
# A line that begins with # is ignored: remove the # to use it.
# Paths are meant from the folder of this file.

# The profile used when neither --profile nor BULKPORTAL_PROFILE names one.
default = "main"

[profiles.main]
# -- The platform, and whose key it is. Never write the key itself here.
# base_url = "https://app.tokportal.com/api/ext"
key_env = "TOKPORTAL_API_KEY"          # or: key_file = "keys/main.txt"
#                                        or: key_keyring = "tokportal:main"
# account = "ops@example.com"          # a key of any other account is refused

# -- The sheets.
# time_zone = "Europe/Paris"           # of dates with a time, and of the reports; the platform's own days are UTC
# date_order = "day"                   # 03/04/2027 is 3 April; without it such a date is an error
# one_folder = false                   # true: reports go into a folder launch.bulkportal beside the sheet, as the desk does it
# read_hidden = false                  # true reads hidden tabs of a workbook as well
# meant_names = ["On hold: the musical"]   # names that are meant, though they read like a row that is not to be sent
# encoding = "cp1251"                  # of text files that are not UTF-8; a workbook says it itself
# client_prefix = "acme-"              # how this client's bundle names begin
# language = "en"                      # of the HTML pages: en, de, es, fr or pt
# google_service_account = "keys/google.json"   # reads Google Sheets shared with it, and writes results back; it needs the extra `gsheets`

# -- Media.
# media_root = "media"
# no_posts_on = ["sunday", "2027-12-25"]   # days that `fix --dates` leaves free
# days_between_posts = 2            # of one account; none means three a day at the most
# media_pattern = "media/{bundle}/{position}.mp4"   # for rows that name no video
# reuse_uploads = false                # true if the platform takes an uploaded file for several bundles

# -- Money. What would take more is not sent.
# max_credits = 500                    # in one run
# max_credits_per_night = 1000         # in all runs from one noon to the next

# -- Nights.
# remind_before = "24h"                # one reminder before a video in review is finalized automatically; 0: none
# give_up_after = 7                    # nights in which a row that failed for a passing reason is tried again; 0 tries none again

# -- Where the ledger, the memory of runs and the caches are kept; by default the user's data folder.
# home = "memory"

# -- Where the books are, if several machines share them; by default a file in the home. It needs the extra `cluster`.
# ledger = "postgresql://bulkportal@db.example.com/bulkportal"   # or "env:BOOKS", the variable that holds it
# shared_folders = ["/mnt/launches"]   # folders that all machines with workers have in common, under the same path

# Your own headers, and the columns they mean (`bulkportal map --save` writes them).
[profiles.main.columns]
# "Legende" = "description"
# "Status" = "ignore"                  # a column of your own that says nothing about what may be sent

# What words of your own mean in a column that knows some words only (`bulkportal map --values --save` writes them): offered, never applied unseen.
[profiles.main.values]
# instagram_content_type = { "Kurzvideo" = "reel" }

# Defaults of command-line options.
[profiles.main.options]
# publish = false
# publish_partial = false
# all_or_nothing = false
# batch = 10
# max_changes = 50                    # percent of the rows that are there already; where more would change, nothing is sent

# The nightly `bulkportal run INBOX`.
[profiles.main.night]
# still_seconds = 10                   # a file that changed more recently is left for the next run
# fix_downloads = false                # true: broken video links are repaired with the original file
# status = true                        # write a status report after each night

# Who is notified (apprise's addresses; env:NAME keeps the address out of this file).
[profiles.main.notify]
# targets = ["env:OPS_WEBHOOK", "mailto://user:password@example.com"]
# on = "change"                        # failure, change or always
# healthcheck = "env:HEALTHCHECK_URL"  # called at each start and end, so that a night that did not run is noticed
"""
