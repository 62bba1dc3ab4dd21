"""A report as one HTML page: its content, its language, and how it is drawn.

The page is one file that opens from disk and asks for nothing: styles, script and charts are inside, and
its content security policy forbids everything else. It is plain and readable without the script.
"""
