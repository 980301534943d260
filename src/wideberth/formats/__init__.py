"""One file per outside format; each has read() and/or write(): bytes <-> model."""
