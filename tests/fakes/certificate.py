"""A certificate for this machine that no authority has signed, made anew for each run."""

import ssl
import subprocess
from pathlib import Path


def make(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for localhost and twilio.invalid, and its key, as PEM files in `folder`."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -nodes -days 2 -subj /CN=localhost -newkey ec -pkeyopt"
    extensions = (
        "subjectAltName=DNS:localhost,DNS:twilio.invalid,IP:127.0.0.1",
        "keyUsage=critical,digitalSignature,keyCertSign",
    )
    options = [part for extension in extensions for part in ("-addext", extension)]
    subprocess.run(
        [*command.split(), "ec_paramgen_curve:prime256v1", *options, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    return certificate, key


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a server needs to show the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
