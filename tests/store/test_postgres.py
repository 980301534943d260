"""What only a server can do: be away, fall silent, end a session, ask for a password, hold something else."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.journal import KEY, feed, items
from tests.contract import server
from tests.contract.journals import Place, postgres_place
from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.store.journal import Step

FEED = feed(0)
ENTRIES = items(FEED, 0, 3)


@pytest.fixture
def place() -> Iterator[Place]:
    with postgres_place() as found:
        yield found


@pytest.fixture(scope="module")
def cluster() -> Iterator[server.Cluster]:
    with server.cluster() as found:
        yield found


def refusal(url: str, schema: str = "refused") -> WideberthError:
    from wideberth.store import postgres

    before = threading.active_count()
    with pytest.raises(WideberthError) as caught:
        postgres.open(url, KEY, schema)
    assert threading.active_count() == before  # nothing is left running
    return caught.value


SECRET = "sesame"


def test_a_server_that_is_away_is_told_apart() -> None:
    server.url()
    error = refusal("postgresql://127.0.0.1:1/none")
    assert error.code == "journal.unreachable" and "127.0.0.1:1/none: " in error.message
    error = refusal(f"postgresql:///none?host=/nowhere&password={SECRET}")
    assert error.code == "journal.unreachable" and "PostgreSQL at /none: " in error.message
    assert SECRET not in error.message


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "wideberth.store.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(Refused) as caught:
        importlib.import_module("wideberth.store.postgres")
    assert caught.value.code == "journal.no_driver" and "wideberth[postgres]" in caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        f"host=127.0.0.1 password={SECRET}",
        f"http://me:{SECRET}@127.0.0.1/none",
        f"postgresql://me:a/{SECRET}@127.0.0.1/none",
        f"postgresql://me:1/{SECRET}@127.0.0.1/none",
        f"postgresql://me:a?{SECRET}@127.0.0.1/none",
        f"postgresql://me:1#{SECRET}@127.0.0.1/none",
        f"postgresql://me:a@{SECRET}@127.0.0.1/none",
        f"postgresql://me:{SECRET}@127.0.0.1:port/none",
        f"postgresql://me:{SECRET}@127.0.0.1/none?password {SECRET}",
        f"postgresql://me:{SECRET}@[::1/none",
        f"postgresql://me:{SECRET}@127.0.0.1/none?sslmode=perhaps",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_without_its_password(url: str) -> None:
    server.url()
    error = refusal(url)
    assert isinstance(error, Invalid)
    assert (error.code, error.path) == ("journal.url", "url") and "postgresql://user@host" in error.wanted
    assert SECRET not in "".join(traceback.format_exception(error))
    assert SECRET not in repr(error)


def test_a_file_that_a_url_names_must_be_there() -> None:
    server.url()
    error = refusal(f"postgresql://me:{SECRET}@127.0.0.1/none?sslmode=verify-full&sslrootcert=/nowhere.pem")
    assert isinstance(error, Invalid)
    assert (error.code, error.path, error.found) == ("journal.url", "url, sslrootcert", "/nowhere.pem")


@pytest.mark.parametrize("schema", ["", "Record", "a b", 'a"b', "pg_mine", "a" * 64])
def test_a_schema_needs_a_plain_name(schema: str) -> None:
    server.url()
    error = refusal("postgresql://127.0.0.1:1/none", schema)
    assert isinstance(error, Invalid) and (error.code, error.path) == ("journal.schema", "schema")


def test_a_schema_of_something_else_is_refused(place: Place) -> None:
    place.execute(f"CREATE SCHEMA {place.name}")
    place.execute("CREATE TABLE entries (x int)")
    with pytest.raises(Refused) as caught:
        place.open()
    assert caught.value.code == "journal.damaged"
    # half a journal was not left behind
    assert place.execute("SELECT tablename FROM pg_tables WHERE schemaname = ?", place.name) == [("entries",)]


def test_the_holder_is_named(place: Place) -> None:
    with place.open(), pytest.raises(Refused) as caught:
        place.open()
    assert caught.value.code == "journal.locked" and "wideberth, session " in caught.value.message


def test_a_holder_that_ended_meanwhile_is_not_made_up() -> None:
    server.url()
    from wideberth.store import postgres

    class Ended:
        """The lock is taken; whoever had it is gone when asked for."""

        def one(self, statement: str, *_: object) -> tuple[bool] | None:
            return (False,) if "try" in statement else None

    with pytest.raises(Refused) as caught:
        postgres._lock(Ended(), "left")  # type: ignore[arg-type]  # all that is asked of a session
    assert caught.value.message == "schema left is open in a session that just ended"


def test_the_holder_is_named_with_its_address(cluster: server.Cluster) -> None:
    from wideberth.store import postgres

    url = over_tcp(cluster)
    with postgres.open(url, KEY, "held"):
        assert refusal(url, "held").message.endswith(" from 127.0.0.1")


def test_who_lost_the_session_lost_the_lock_and_writes_no_more(place: Place) -> None:
    with place.open() as old:
        old.append([Step(FEED, 0, ENTRIES[:1])])
        (pid,) = old._database.write.one("SELECT pg_backend_pid()")
        place.execute("SELECT pg_terminate_backend(?, 5000)", pid)
        with place.open() as new:
            new.append([Step(FEED, 1, ENTRIES[1:2])])
            for _ in range(2):
                with pytest.raises(Refused) as caught:
                    old.append([Step(FEED, 1, ENTRIES[1:2])])
                assert caught.value.code == "journal.broken"
            assert [each.item for each in new.read(FEED)] == list(ENTRIES[:2])


def test_reading_from_a_server_that_went_away_says_so(place: Place) -> None:
    with place.open() as journal:
        journal.append([Step(FEED, 0, ENTRIES)])
        (pid,) = journal._database.read.one("SELECT pg_backend_pid()")
        place.execute("SELECT pg_terminate_backend(?, 5000)", pid)
        with pytest.raises(Refused) as caught:
            list(journal.read(FEED))
        assert caught.value.code == "journal.unreachable"
    with pytest.raises(Refused) as closed:
        list(journal.read(FEED))
    assert closed.value.code == "journal.broken"


def test_a_commit_waits_for_the_disk_and_a_quiet_session_stays(place: Place) -> None:
    with place.open() as journal:
        for session in (journal._database.write, journal._database.read):
            shown = {name: session.one(f"SHOW {name}")[0] for name in SETTINGS}
            assert shown == SETTINGS


SETTINGS = {
    "synchronous_commit": "on",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}


def test_a_role_cannot_make_commits_lazy(cluster: server.Cluster) -> None:
    from wideberth.store import postgres

    cluster.execute("CREATE ROLE lazy SUPERUSER LOGIN")
    for setting in ("synchronous_commit = off", "statement_timeout = 1", "idle_session_timeout = 1"):
        cluster.execute(f"ALTER ROLE lazy SET {setting}")
    with postgres.open(cluster.url.replace("user=postgres", "user=lazy"), KEY, "lazily") as journal:
        assert journal._database.write.one("SHOW synchronous_commit") == ("on",)
        time.sleep(0.05)
        journal.append([Step(FEED, 0, ENTRIES)])


def test_a_cut_connection_gives_the_lock_back_in_a_minute(cluster: server.Cluster) -> None:
    from wideberth.store import postgres

    with postgres.open(over_tcp(cluster), KEY, "cut_off") as journal:
        write = journal._database.write
        idle, interval, tries = (
            int(write.one(f"SHOW tcp_keepalives_{name}")[0]) for name in ("idle", "interval", "count")
        )
        assert idle + interval * tries <= 60
        assert write.one("SHOW tcp_user_timeout") == ("60000",)


def test_a_server_that_does_not_sync_is_refused() -> None:
    with server.cluster() as cluster:
        cluster.execute("ALTER SYSTEM SET fsync = off")
        cluster.control("reload")
        error = refusal(cluster.url)
    assert error.code == "journal.not_durable" and "fsync = on" in error.message


def test_sessions_with_two_servers_are_refused(place: Place, cluster: server.Cluster) -> None:
    """A host list may lead the second session elsewhere than the first, which has the lock."""
    from wideberth.store import postgres

    with place.open() as one, postgres.open(cluster.url, KEY, "elsewhere") as other:
        postgres._check_server(one._database.write, one._database.read)
        with pytest.raises(Refused) as caught:
            postgres._check_server(one._database.write, other._database.read)
    assert caught.value.code == "journal.unreachable" and "two servers" in caught.value.message


def test_a_server_that_takes_no_writing_is_refused(cluster: server.Cluster) -> None:
    cluster.execute("CREATE ROLE reader SUPERUSER LOGIN")
    cluster.execute("ALTER ROLE reader SET default_transaction_read_only = on")
    error = refusal(cluster.url.replace("user=postgres", "user=reader"))
    assert error.code == "journal.unreachable"


def test_a_server_that_falls_silent_counts_as_gone(cluster: server.Cluster) -> None:
    from wideberth.store import postgres

    with postgres.open(cluster.url, KEY, "silent", patience=1.0) as journal:
        journal.append([Step(FEED, 0, ENTRIES[:1])])
        (pid,) = journal._database.write.one("SELECT pg_backend_pid()")
        begin = time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            for _ in range(2):
                with pytest.raises(Refused) as caught:
                    journal.append([Step(FEED, 1, ENTRIES[1:2])])
                assert caught.value.code == "journal.broken"
            journal.close()
        finally:
            os.kill(pid, signal.SIGCONT)
        assert time.monotonic() - begin < 30
    # the batch that nobody acknowledged is not there in part
    place = Place(
        "postgres", "silent", cluster.url, lambda key: postgres.open(cluster.url, key, "silent"), list
    )
    with place.reopened() as journal:
        assert [each.item for each in journal.read(FEED)] in (list(ENTRIES[:1]), list(ENTRIES[:2]))


def over_tcp(cluster: server.Cluster, more: str = "", password: str = server.PASSWORD) -> str:
    return f"postgresql://postgres:{quote(password, safe='')}@localhost:{cluster.port}/postgres{more}"


def test_a_wrong_password_is_in_no_message(cluster: server.Cluster) -> None:
    error = refusal(over_tcp(cluster, password=SECRET))
    assert error.code == "journal.unreachable" and 'user "postgres"' in error.message
    assert SECRET not in "".join(traceback.format_exception(error))
    from wideberth.store import postgres

    with postgres.open(over_tcp(cluster), KEY, "with_password") as journal:
        told = f"{journal!r} {journal.__dict__!r} {vars(journal._database.write)!r}"
        assert server.PASSWORD not in told and quote(server.PASSWORD, safe="") not in told


@contextmanager
def certified(cluster: server.Cluster, name: str) -> Iterator[Path]:
    """The server shows a certificate for a name, signed by itself; yields the file to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted = cluster.folder / f"{name}.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = cluster.folder / f"{name}.key"
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    secret.chmod(0o600)
    cluster.own(secret)
    for setting in (f"ssl_cert_file = '{trusted}'", f"ssl_key_file = '{secret}'", "ssl = on"):
        cluster.execute(f"ALTER SYSTEM SET {setting}")
    cluster.control("reload")
    yield trusted
    cluster.execute("ALTER SYSTEM RESET ALL")
    cluster.control("reload")


def test_tls_as_the_url_asks(cluster: server.Cluster) -> None:
    from wideberth.store import postgres

    assert refusal(over_tcp(cluster, "?sslmode=require")).code == "journal.unreachable"
    with certified(cluster, "localhost") as trusted:
        url = over_tcp(cluster, f"?sslmode=verify-full&sslrootcert={trusted}")
        with postgres.open(url, KEY, "over_tls") as journal:
            for session in (journal._database.write, journal._database.read):
                assert session.one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == (True,)
        with certified(cluster, "another.example") as other:
            stranger = refusal(url, "over_tls")
            assert stranger.code == "journal.unreachable" and "certificate" in stranger.message
            named = over_tcp(cluster, f"?sslmode=verify-full&sslrootcert={other}")
            assert "localhost" in refusal(named, "over_tls").message
