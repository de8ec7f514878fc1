"""The ways out: an SMTP server, or files for an installation that has none."""

import os
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.messaging.errors import DeliveryFailed
from app.messaging.types import Mail, Transport

TIMEOUT_SECONDS = 10.0
_PLAIN_PORT, _TLS_PORT = 25, 465


def transport_for(mail_url: str | None, *, sender: str, directory: Path) -> Transport:
    """Return the way out that the settings name; without one, mails become files in the directory."""
    return SmtpTransport(mail_url, sender) if mail_url else FileTransport(directory, sender)


def compose(mail: Mail, sender: str) -> EmailMessage:
    """Return the mail as it goes over the wire. Line breaks cannot get into its head: the library refuses them."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(mail.to_name, addr_spec=mail.to_address)
    message["Subject"] = mail.letter.subject
    message["Date"] = format_datetime(mail.written_at)
    # The same mail sent twice, after a crash at the wrong moment, is shown once by most programs.
    message["Message-ID"] = f"<{sha256(mail.key.encode()).hexdigest()[:32]}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.letter.text)
    if mail.letter.html:
        message.add_alternative(mail.letter.html, subtype="html")
    return message


class FileTransport:
    """Writes each mail as one .eml file; sending it again writes the same file."""

    def __init__(self, directory: Path, sender: str) -> None:
        self._directory = directory
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Write the mail, whole or not at all, readable by this user alone: it may hold a one-use link."""
        stamp = mail.written_at.strftime("%Y%m%dT%H%M%S")
        target = self._directory / f"{stamp}-{sha256(mail.key.encode()).hexdigest()[:12]}.eml"
        fresh = target.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(bytes(compose(mail, self._sender)))
            fresh.replace(target)
        except OSError as error:
            raise DeliveryFailed(f"{target}: {error.strerror or error}") from error


class SmtpTransport:
    """Hands each mail to a server, over TLS wherever it leaves this machine and the server can."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (_TLS_PORT if self._is_tls else _PLAIN_PORT)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Hand the mail over; no step may take longer than ten seconds."""
        try:
            with self._connected() as server:
                server.send_message(compose(mail, self._sender))
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(f"{type(error).__name__}: {error}") from error

    def _connected(self) -> smtplib.SMTP:
        if self._is_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls") and not _is_this_machine(self._host):
                server.starttls(context=ssl.create_default_context())
        if self._user:
            self._sign_in(server)
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        is_private = isinstance(server.sock, ssl.SSLSocket) or _is_this_machine(self._host)
        if not is_private:
            server.close()
            raise DeliveryFailed("The mail server offers no TLS; the password is not sent in the clear.")
        server.login(self._user, self._password)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
