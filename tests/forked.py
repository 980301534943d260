"""Commands of `wideberth` forked from a process that has imported all it needs: that is most of a command.

    python forked.py serve SOCKET                      that process; says when it is ready
    python -I -S forked.py ask SOCKET ARGUMENT...      a command, in the place of `wideberth`

The command has the folder, the environment and the standard streams of whoever asks, who ends as it does.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys

LARGEST = 1 << 18
"""Bytes of a command and its environment."""


def serve(path: str) -> None:
    """Fork for each command that is asked for, until killed."""
    # here, as whoever asks is to begin at once
    import pkgutil
    from importlib import import_module

    import wideberth.cli

    for module in pkgutil.iter_modules(wideberth.cli.__path__):
        if module.name != "__main__":
            import_module(f"wideberth.cli.{module.name}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen()
        os.write(1, b"ready\n")
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                ended = _run(connection)
                connection.send(str(ended).encode())
                os._exit(0)
            connection.close()


def _run(connection: socket.socket) -> int:
    """The command in this process, to its exit code."""
    from wideberth.cli.main import main

    data, streams, _, _ = socket.recv_fds(connection, LARGEST, 3)
    asked = json.loads(data)
    for at, stream in enumerate(streams):
        os.dup2(stream, at)
        os.close(stream)
    os.chdir(asked["folder"])
    os.umask(asked["umask"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["wideberth", *asked["arguments"]]
    code: object = 1
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001  # all that can end a command
        # the hook that the command has set, as at the end of a process
        sys.excepthook(*sys.exc_info())
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = 120  # as Python's own
    return code if isinstance(code, int) else int(code is not None)


def ask(path: str, arguments: list[str]) -> int:
    """The exit code of a command in this place."""
    os.umask(umask := os.umask(0))
    command = {
        "arguments": arguments,
        "environment": dict(os.environ),
        "folder": os.getcwd(),  # noqa: PTH109  # pathlib takes longer to import than all of this
        "umask": umask,
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(path)
        socket.send_fds(connection, [json.dumps(command).encode()], [0, 1, 2])
        said = connection.recv(16)
    if not said:
        os.write(2, b"the command died\n")
        return 70
    return int(said)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    sys.exit(ask(sys.argv[2], sys.argv[3:]))
