"""Navigational warnings as text (IHO S-53, Joint IMO/IHO/WMO Manual on Maritime Safety Information)."""
