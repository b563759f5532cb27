"""A certificate authority of the tests' own, and PDFs signed by people whom it certified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["Authority", "plain_pdf"]

DAY = timedelta(days=1)


def _name(person: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, person),
        ]
    )


@dataclass
class Authority:
    """A root certificate and its key; `sign` makes a signed copy of a PDF."""

    folder: Path
    name: str = "CA thử nghiệm"

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _name(self.name, "Ban Cơ yếu thử nghiệm")
        self.root = self._issued(self._subject, self._key, datetime.now(UTC) - 900 * DAY, 3650 * DAY, authority=True)
        self.folder.mkdir(parents=True, exist_ok=True)

    def trust(self, folder: Path) -> Path:
        """A folder of trusted roots with this one in it."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "goc.crt").write_bytes(self.root.public_bytes(serialization.Encoding.PEM))
        return folder

    def revoke(self, folder: Path, serial: int) -> None:
        """A revocation list in the folder that names a certificate."""
        at = datetime.now(UTC) - 30 * DAY
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._subject)
            .last_update(datetime.now(UTC) - DAY)
            .next_update(datetime.now(UTC) + 30 * DAY)
            .add_revoked_certificate(entry)
            .add_extension(x509.CRLNumber(1), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        (folder / "goc.crl").write_bytes(made.public_bytes(serialization.Encoding.DER))

    def sign(
        self, pdf: Path, target: Path, person: str, *, field: str = "ChuKy1", begin: datetime | None = None,
        days: int = 3650,
    ) -> x509.Certificate:  # fmt: skip
        """Write a copy of the PDF, signed by a person with a certificate that runs from `begin` for some days."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(person, "Sở Văn hóa, Thể thao và Du lịch")
        certificate = self._issued(subject, key, begin or datetime.now(UTC) - 100 * DAY, days * DAY)
        packed: dict[str, Any] = {"key": key, "cert": certificate}
        for part, content in (
            ("key", key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())),
            ("cert", certificate.public_bytes(serialization.Encoding.PEM)),
            ("root", self.root.public_bytes(serialization.Encoding.PEM)),
        ):  # fmt: skip
            packed[part] = self.folder / f"{field}.{part}.pem"
            packed[part].write_bytes(content)
        signer = signers.SimpleSigner.load(
            str(packed["key"]), str(packed["cert"]), ca_chain_files=(str(packed["root"]),)
        )  # fmt: skip
        with pdf.open("rb") as stream, target.open("wb") as out:
            writer = IncrementalPdfFileWriter(stream)
            fields.append_signature_field(writer, fields.SigFieldSpec(field))
            signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name=field), signer=signer, output=out)
        return certificate

    def _issued(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, begin: datetime, life: timedelta, *,
        authority: bool = False,
    ) -> x509.Certificate:  # fmt: skip
        usage = x509.KeyUsage(
            digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority,
            crl_sign=authority, key_encipherment=False, data_encipherment=False, key_agreement=False,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + life)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def plain_pdf(path: Path, words: str = "Bao cao thang 10") -> Path:
    """A PDF of one page that nobody signed."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_compression(False)
    pdf.add_page()
    pdf.set_font("helvetica", size=14)
    pdf.cell(text=words)
    pdf.output(str(path))
    return path
