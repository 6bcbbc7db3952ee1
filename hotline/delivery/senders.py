"""Ways out of the house: mail and SMS, each behind a Protocol with a twin that only writes a line."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

from hotline.config import Settings

TIMEOUT = 20
"""Seconds to wait for a mail server; the promise is tried again."""


class MailSender(Protocol):
    """Something that sends a mail."""

    def send(self, to: str, subject: str, text: str, *, reference: str) -> None:
        """Send `text`. The same `reference` marks the same mail, should it go out twice."""


class SmsSender(Protocol):
    """Something that sends a short message."""

    def send(self, to: str, text: str, *, reference: str) -> None:
        """Send `text`. The same `reference` marks the same message, should it go out twice."""


class ConsoleMail:
    """Sends nothing: writes that it would have, without to whom or what."""

    def send(self, to: str, subject: str, text: str, *, reference: str) -> None:
        """Write one line to the log."""
        logging.getLogger(__name__).info("mail %s, %s characters, not sent", reference, len(text))


class ConsoleSms:
    """Sends nothing: writes that it would have, without to whom or what."""

    def send(self, to: str, text: str, *, reference: str) -> None:
        """Write one line to the log."""
        logging.getLogger(__name__).info("sms %s, %s characters, not sent", reference, len(text))


class SmtpMail:
    """Mail through a server: `smtps://user:password@host:465/from@example.org`, or `smtp://` and STARTTLS."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._is_tls else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = unquote(parts.path.lstrip("/")) or self._user

    def send(self, to: str, subject: str, text: str, *, reference: str) -> None:
        """Send one mail. Raises OSError or smtplib.SMTPException."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, to, subject
        mail["Message-ID"] = f"<{reference}@{self._host}>"
        mail.set_content(text)
        secure = ssl.create_default_context()
        if self._is_tls:
            with smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=secure) as server:
                self._hand_over(server, mail)
            return
        with smtplib.SMTP(self._host, self._port, timeout=TIMEOUT) as server:
            server.starttls(context=secure)
            self._hand_over(server, mail)

    def _hand_over(self, server: smtplib.SMTP, mail: EmailMessage) -> None:
        if self._user:
            server.login(self._user, self._password)
        server.send_message(mail)


def mail_for(settings: Settings) -> MailSender:
    """Return the mail sender a deployment is set up for."""
    return SmtpMail(settings.mail_url) if settings.mail_url else ConsoleMail()


def mail() -> MailSender:
    """Return the application's mail sender."""
    found: MailSender = current_app.extensions["mail"]
    return found


def sms() -> SmsSender:
    """Return the application's SMS sender; a city's gateway takes the place of the twin."""
    found: SmsSender = current_app.extensions["sms"]
    return found
