"""Where the API listens: the socket in the data directory, and an address of this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
import stat
import struct
from pathlib import Path
from typing import Final

from wideberth.errors import Refused
from wideberth.node import directory

NAME: Final = "node.sock"
MODE = 0o600
PATH = 100
"""Bytes of a socket's path that every system takes."""

_PEER: Final = "=3i"
"""struct ucred of Linux: process, user, group."""


def near(path: Path) -> socket.socket:
    """The socket in the data directory, for its owner only; one that was left behind is replaced.

    The directory is held by this process, so that no other can be listening there.
    Raises: Refused (`node.link`, `node.mode`, `node.socket_path`), OSError.
    """
    folder = path / directory.RUN
    found = folder.lstat()
    if found.st_mode & 0o077 or not stat.S_ISDIR(found.st_mode):
        raise Refused("node.mode", f"others may open {folder}; accepted: mode 700 (chmod 700)")
    at = folder / NAME
    if len(os.fsencode(at)) > PATH:
        message = f"the path of the socket {at} is longer than {PATH} bytes; accepted: data at a shorter path"
        raise Refused("node.socket_path", message)
    if os.path.lexists(at):
        if not stat.S_ISSOCK(at.lstat().st_mode):
            raise Refused("node.link", f"{at} is no socket; accepted: nothing there")
        at.unlink()
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.bind(str(at))
        at.chmod(MODE)
    except BaseException:
        made.close()
        raise
    return made


def far(host: str, port: int) -> socket.socket:
    """An address of this machine, which only this machine reaches.

    Raises: Refused (`node.api_plain`, `node.api_address`).
    """
    address = ipaddress.ip_address(host)
    if not address.is_loopback:
        words = f"{host} can be reached from elsewhere, and nothing would hide tokens and secrets on the way"
        wanted = "127.0.0.1 or [::1]; put a TLS proxy before it on this machine"
        raise Refused("node.api_plain", f"{words}; accepted: {wanted}")
    made = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        message = f"cannot listen on {host} port {port}: {error.strerror}; accepted: an address that is free"
        raise Refused("node.api_address", message) from error
    return made


def uid(of: socket.socket) -> int | None:
    """Whose process is at the other end of a connection; None where the system does not tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None or of.family != socket.AF_UNIX:
        return None
    _, user, _ = struct.unpack(_PEER, of.getsockopt(socket.SOL_SOCKET, option, struct.calcsize(_PEER)))
    return int(user)
