"""A schema of CAP 1.2 messages, written from the tables of the standard (OASIS, CAP-v1.2, §3.2 and §3.4).

It says what the published schema says of elements, their order, how often each may stand, their code values
and the form of times; signatures and encryption, which may stand beside the info blocks, are left out.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from wideberth.formats.cap import CAP

TIME: Final = r"\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-,+]\d\d:\d\d"
CODES: Final = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
TIMES: Final = ("sent", "effective", "onset", "expires")
NUMBERS: Final = ("altitude", "ceiling")
PAIRS: Final = ("eventCode", "parameter", "geocode")
ALERT: Final = (
    "identifier sender sent status msgType source? scope restriction? addresses? code* note? references? "
    "incidents? info*"
)
INFO: Final = (
    "language? category+ event responseType* urgency severity certainty audience? eventCode* effective? "
    "onset? expires? senderName? headline? description? instruction? web? contact? parameter* resource* area*"
)
AREA: Final = "areaDesc polygon* circle* geocode* altitude? ceiling?"
RESOURCE: Final = "resourceDesc mimeType size? uri? derefUri? digest?"
PAIR: Final = "valueName value"
OFTEN: Final = {"?": (0, "1"), "*": (0, "unbounded"), "+": (1, "unbounded")}


def schema() -> etree.XMLSchema:
    """To be validated against."""
    root = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'targetNamespace="{CAP}" elementFormDefault="qualified"><xs:element name="alert">{_of(ALERT)}'
        "</xs:element></xs:schema>"
    )
    return etree.XMLSchema(etree.fromstring(root))


def _of(found: str) -> str:
    inner = "".join(map(_element, found.split()))
    return f"<xs:complexType><xs:sequence>{inner}</xs:sequence></xs:complexType>"


def _element(found: str) -> str:
    name = found.rstrip("?*+")
    least, most = OFTEN.get(found[-1], (1, "1"))
    return f'<xs:element name="{name}" minOccurs="{least}" maxOccurs="{most}">{_type(name)}</xs:element>'


def _type(name: str) -> str:
    inner = {"info": INFO, "area": AREA, "resource": RESOURCE, **dict.fromkeys(PAIRS, PAIR)}.get(name)
    if inner is not None:
        return _of(inner)
    if name in CODES:
        codes = "".join(f'<xs:enumeration value="{each}"/>' for each in CODES[name].split())
        return f'<xs:simpleType><xs:restriction base="xs:string">{codes}</xs:restriction></xs:simpleType>'
    if name in TIMES:
        form = f'<xs:pattern value="{TIME}"/>'
        return f'<xs:simpleType><xs:restriction base="xs:dateTime">{form}</xs:restriction></xs:simpleType>'
    base = "xs:decimal" if name in NUMBERS else "xs:language" if name == "language" else "xs:string"
    return f'<xs:simpleType><xs:restriction base="{base}"/></xs:simpleType>'
