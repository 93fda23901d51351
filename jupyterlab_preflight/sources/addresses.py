"""Numeric hosts, read by one strict rule each.

What one library reads as a name and another as ``127.0.0.1`` is refused; what is a machine's own
metadata service is known.
"""

from __future__ import annotations

_DIGITS = "0123456789"
_HEX = "0123456789abcdefABCDEF"
_METADATA_HOSTS = (
    "metadata",
    "metadata.google.internal",
    "instance-data.ec2.internal",
    "100.100.100.200",  # Alibaba Cloud
    "168.63.129.16",  # Azure
)
_METADATA_GROUPS = (
    [0xFD00, 0x0EC2, 0, 0, 0, 0, 0, 0x0254],  # Amazon EC2
    [0xFD20, 0x00CE, 0, 0, 0, 0, 0, 0x0254],  # Google Cloud
)


def is_link_local(host: str) -> bool:
    """Whether *host* (canonical) is a machine's own metadata service or link-local address.

    RFC 3927 (169.254.0.0/16), RFC 4291 §2.5.6 (fe80::/10), and the names and addresses under which
    clouds hand out credentials.
    """
    if host in _METADATA_HOSTS or host.startswith("169.254."):
        return True
    if not host.startswith("["):
        return False
    groups = ipv6(host[1:-1])
    if groups is None:
        return True
    if groups[0] & 0xFFC0 == 0xFE80 or groups in _METADATA_GROUPS:
        return True
    embedded = groups[:5] == [0] * 5 and groups[5] in (0, 0xFFFF)
    translated = groups[:6] == [0x64, 0xFF9B, 0, 0, 0, 0]
    return (embedded or translated) and groups[6] == 0xA9FE


def octet(label: str) -> bool:
    """Whether *label* is a number from 0 to 255 in its plain decimal spelling."""
    digits = all(c in _DIGITS for c in label) and len(label) <= 3
    return digits and int(label) < 256 and (label == "0" or not label.startswith("0"))


def ipv6(text: str) -> list[int] | None:
    """The eight groups of an address (RFC 4291 §2.2), or None."""
    if text.count("::") > 1 or len(text) > 45:
        return None
    head, gap, tail = text.partition("::")
    left, right = _groups(head, last=not gap), _groups(tail, last=True)
    if left is None or right is None:
        return None
    missing = 8 - len(left) - len(right)
    if missing < 0 or (missing == 0) == bool(gap):
        return None
    return left + [0] * missing + right


def _groups(text: str, *, last: bool) -> list[int] | None:
    if not text:
        return []
    groups = []
    parts = text.split(":")
    for index, part in enumerate(parts):
        if "." in part and last and index == len(parts) - 1:
            octets = part.split(".")
            if len(octets) != 4 or not all(o and octet(o) for o in octets):
                return None
            a, b, c, d = (int(o) for o in octets)
            groups += [a << 8 | b, c << 8 | d]
        elif 0 < len(part) <= 4 and all(c in _HEX for c in part):
            groups.append(int(part, 16))
        else:
            return None
    return groups


def ipv6_text(groups: list[int]) -> str:
    """RFC 5952 §4: lower case, the first longest run of two or more zeros shortened."""
    best_at, best = -1, 1
    at = 0
    while at < 8:
        run = at
        while run < 8 and groups[run] == 0:
            run += 1
        if run - at > best:
            best_at, best = at, run - at
        at = run + 1
    words = [f"{group:x}" for group in groups]
    if best_at < 0:
        return ":".join(words)
    return ":".join(words[:best_at]) + "::" + ":".join(words[best_at + best :])
