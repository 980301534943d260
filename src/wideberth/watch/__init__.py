"""Live tracks: where they are, what they are about to come too near to, and what a person is told of it.

Pure: reports and the time come in, findings and alerts go out.
"""
