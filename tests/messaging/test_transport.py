"""What leaves the house, and what cannot."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from app.messaging.errors import DeliveryFailed, UnsafeAddress
from app.messaging.rules import require_address, require_line
from app.messaging.transport import FileTransport, SmtpTransport, compose, transport_for
from app.messaging.types import Letter, Mail

MAIL = Mail(
    key="invitation 7",
    to_address="anh@example.org",
    to_name="Nguyễn Thị Hồng Ánh",
    letter=Letter("Lời mời vào Rondo", "Chào chị,\n.\nhết\n", "<p>Chào chị</p>"),
    written_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "address",
    [
        "a@b\r\nBcc: everybody@example.org",
        "a@b\nX: y",
        "two@example.org,three@example.org",
        "<a@example.org>",
        "no-at-sign",
        "a b@example.org",
        "@example.org",
        "a@" + "b" * 300,
        "a@b\u2028c",
    ],
)
def test_address_that_would_break_the_head_is_refused(address: str) -> None:
    with pytest.raises(UnsafeAddress):
        require_address(address)


@pytest.mark.parametrize(
    "text", ["Subject\r\nBcc: x@example.org", "a\nb", "a\x00b", "a\x1bb", "a\u2028b", "a\x85b"]
)
def test_line_that_would_become_two_is_refused(text: str) -> None:
    with pytest.raises(UnsafeAddress):
        require_line(text)


def test_mail_says_the_same_as_text_and_as_html() -> None:
    read = message_from_bytes(bytes(compose(MAIL, "Rondo <rondo@academy.example>")), policy=SMTP)

    assert read["To"] == "Nguyễn Thị Hồng Ánh <anh@example.org>"
    assert read["From"] == "Rondo <rondo@academy.example>"
    assert read["Subject"] == "Lời mời vào Rondo"
    assert read["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_the_same_mail_has_the_same_number_and_another_has_another() -> None:
    again = compose(MAIL, "rondo@academy.example")["Message-ID"]
    other = compose(
        Mail("invitation 8", MAIL.to_address, "", MAIL.letter, MAIL.written_at), "rondo@academy.example"
    )

    assert compose(MAIL, "rondo@academy.example")["Message-ID"] == again
    assert other["Message-ID"] != again


def test_without_a_server_mails_are_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    way = transport_for(None, sender="rondo@localhost", directory=tmp_path / "mail")

    way.send(MAIL)
    way.send(MAIL)

    (written,) = (tmp_path / "mail").iterdir()
    assert written.suffix == ".eml"
    assert written.stat().st_mode & 0o077 == 0
    assert message_from_bytes(written.read_bytes(), policy=SMTP)["Subject"] == "Lời mời vào Rondo"


def test_directory_that_cannot_be_written_is_a_failed_delivery(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file in the way")

    with pytest.raises(DeliveryFailed):
        FileTransport(tmp_path / "mail", "rondo@localhost").send(MAIL)


@pytest.fixture
def smtp_server() -> Iterator[tuple[int, list[bytes]]]:
    """A mail server of one connection that says yes to everything and keeps what it was told."""
    told: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 here\r\n")
            in_data = False
            for line in lines:
                told.append(line)
                if in_data:
                    in_data = line != b".\r\n"
                    if not in_data:
                        connection.sendall(b"250 taken\r\n")
                elif line.upper().startswith(b"DATA"):
                    in_data = True
                    connection.sendall(b"354 go on\r\n")
                elif line.startswith(b"QUIT"):
                    connection.sendall(b"221 bye\r\n")
                    return
                else:
                    connection.sendall(b"250 yes\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], told
    thread.join(5)
    listener.close()


def test_mail_is_handed_to_the_server(smtp_server: tuple[int, list[bytes]]) -> None:
    port, told = smtp_server

    SmtpTransport(f"smtp://127.0.0.1:{port}", "rondo@academy.example").send(MAIL)

    assert b"rcpt to:<anh@example.org>" in [line.strip().lower() for line in told]
    assert b"Auto-Submitted: auto-generated\r\n" in told


def test_server_that_is_not_there_is_a_failed_delivery() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(DeliveryFailed, match="refused"):
        SmtpTransport(f"smtp://127.0.0.1:{port}", "rondo@academy.example").send(MAIL)
