"""Digital signatures of a PDF: who signed, whether anything changed since, and whether the signer is trusted.

Sources: ISO 32000-2, 12.8; RFC 5652 (CMS), RFC 5280 (certificates); decree 30/2020/NĐ-CP, article 13 and annex I.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from data.clock import now
from data.settings import settings

if TYPE_CHECKING:
    from asn1crypto.crl import CertificateList  # type: ignore[import-untyped]
    from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]

__all__ = ["Signature", "Verified", "signatures_of"]

Verified = Literal["valid", "unknown_root", "changed", "broken", "revoked", "expired", "untrusted", "unreadable"]
_WORDS: dict[Verified, tuple[str, str]] = {
    "valid": ("Chữ ký hợp lệ", "the signature is valid"),
    "unknown_root": ("Nội dung nguyên vẹn, không rõ gốc tin cậy", "the content is intact, the root is not known here"),
    "changed": ("Tệp đã bị sửa sau khi ký", "the file was changed after it was signed"),
    "broken": ("Chữ ký không khớp nội dung", "the signature does not fit the content"),
    "revoked": ("Chứng thư của người ký đã bị thu hồi", "the signer's certificate was revoked"),
    "expired": ("Chứng thư không có hiệu lực lúc ký", "the certificate was not in force when it was signed"),
    "untrusted": (
        "Chứng thư không dùng được cho chữ ký này", "the certificate is not good for this signature",
    ),
    "unreadable": ("Không đọc được chữ ký", "the signature cannot be read"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature. `result` says how it stands as a whole, `vi` and `en` in words.

    signed_at: as the signer's machine says, or a timestamp authority where `timestamped`.
    intact: the signed bytes are those that were signed; whole: they are the whole file; changed: something beyond other
    signatures and their upkeep was added afterwards. trusted: its chain ends at a root that this hub knows.
    """

    field: str
    result: Verified
    vi: str
    en: str
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    serial: str = ""
    signed_at: datetime | None = None
    timestamped: bool = False
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    intact: bool = False
    whole: bool = False
    changed: bool = False
    trusted: bool = False
    revoked: bool = False
    expired_since: bool = False
    """The certificate was in force when it signed and has run out since: nothing is wrong with that."""


def signatures_of(pdf: Path, roots: Path | None = None) -> tuple[Signature, ...]:
    """Check every digital signature of a PDF; () where it has none, or is no PDF that can be read.

    roots: folder of trusted certificates (.crt, .cer, .pem) and revocation lists (.crl); HUB_TRUST_ROOTS by default.
    Nothing is fetched from the network: revocation is known from the PDF and that folder only.
    """
    # pyHanko runs an event loop of its own: never in a thread that already has one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_signatures, pdf, roots or settings().trust_roots).result()


def _signatures(pdf: Path, roots: Path | None) -> tuple[Signature, ...]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    with pdf.open("rb") as stream:
        try:
            reader = PdfFileReader(stream, strict=False)
            embedded = list(reader.embedded_regular_signatures)
        except Exception:  # whatever a file that is no PDF, or a damaged one, brings the parser to raise
            return ()
        anchors = _Anchors.of(roots)
        return tuple(_checked(reader, signature, anchors) for signature in embedded)


@dataclass(frozen=True)
class _Anchors:
    roots: Sequence[Certificate]
    others: Sequence[Certificate]
    lists: Sequence[CertificateList]

    @classmethod
    def of(cls, folder: Path | None) -> _Anchors:
        known = list(_certificates(folder)) if folder is not None and folder.is_dir() else []
        lists = list(_revocation_lists(folder)) if folder is not None and folder.is_dir() else []
        roots = [c for c in known if c.self_issued]
        return cls(roots, [c for c in known if not c.self_issued], lists)

    def revoke(self, certificate: Certificate, at: datetime | None) -> bool:
        """Whether a list of the certificate's issuer names it, from before the moment `at`.

        Asked beside pyHanko, which looks at lists only where the certificate says where its own lies.
        """
        for known in self.lists:
            if known.issuer != certificate.issuer:
                continue
            for entry in known["tbs_cert_list"]["revoked_certificates"]:
                if entry["user_certificate"].native == certificate.serial_number:
                    return at is None or entry["revocation_date"].native <= at
        return False


def _unarmoured(path: Path) -> Iterator[bytes]:
    from asn1crypto import pem  # type: ignore[import-untyped]

    raw = path.read_bytes()
    if pem.detect(raw):
        yield from (der for _, _, der in pem.unarmor(raw, multiple=True))
    else:
        yield raw


def _certificates(folder: Path) -> Iterator[Certificate]:
    from asn1crypto.x509 import Certificate

    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in (".crt", ".cer", ".pem", ".der")):
        for der in _unarmoured(path):
            try:
                yield Certificate.load(der, strict=True)
            except ValueError:
                logging.getLogger(__name__).warning("%s: không phải chứng thư / not a certificate", path)


def _revocation_lists(folder: Path) -> Iterator[CertificateList]:
    from asn1crypto.crl import CertificateList

    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() == ".crl"):
        for der in _unarmoured(path):
            try:
                yield CertificateList.load(der, strict=True)
            except ValueError:
                logging.getLogger(__name__).warning("%s: không phải danh sách thu hồi / not a CRL", path)


def _checked(reader: Any, embedded: Any, anchors: _Anchors) -> Signature:
    try:
        return _judged(reader, embedded, anchors)
    except Exception as error:  # a signature that another program wrote oddly must not hide the others
        logging.getLogger(__name__).info("%s: %s", embedded.field_name, error)
        return Signature(embedded.field_name or "", "unreadable", *_WORDS["unreadable"])


def _judged(reader: Any, embedded: Any, anchors: _Anchors) -> Signature:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    certificate = embedded.signer_cert
    claimed = embedded.self_reported_timestamp
    status = validate_pdf_signature(
        embedded,
        _validation(reader, anchors, claimed),
        key_usage_settings=KeyUsageConstraints(
            key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
        ),
    )
    stamped = status.timestamp_validity
    signed_at = stamped.timestamp if stamped is not None and stamped.intact else claimed
    intact = bool(status.intact and status.valid)
    covered = status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    level = status.modification_level
    changed = not covered or (level is not None and (level is ModificationLevel.OTHER or not status.docmdp_ok))
    in_force = signed_at is None or certificate.not_valid_before <= signed_at <= certificate.not_valid_after
    revoked = bool(status.revoked) or anchors.revoke(certificate, signed_at)
    result = _result(status, intact, changed, in_force, revoked)
    return Signature(
        # Plain text: pyHanko's own holds the open file, and does not leave the child that reads it.
        field=str(embedded.field_name or ""),
        result=result,
        vi=_WORDS[result][0],
        en=_WORDS[result][1],
        signer=_name(certificate.subject, "common_name") or certificate.subject.human_friendly,
        organisation=_name(certificate.subject, "organization_name"),
        issuer=_name(certificate.issuer, "common_name") or certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:X}",
        signed_at=signed_at,
        timestamped=bool(stamped is not None and stamped.intact),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        intact=intact,
        whole=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        changed=changed,
        trusted=bool(status.trusted) and not revoked,
        revoked=revoked,
        expired_since=in_force and certificate.not_valid_after < now(),
    )


def _result(status: Any, intact: bool, changed: bool, in_force: bool, revoked: bool) -> Verified:
    from pyhanko.sign.ades.report import AdESIndeterminate

    if not intact:
        return "broken"
    if changed:
        return "changed"
    if revoked:
        return "revoked"
    if not in_force:
        return "expired"
    if status.trusted:
        return "valid"
    unknown = (AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND, AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE)
    return "unknown_root" if status.trust_problem_indic in unknown or status.validation_path is None else "untrusted"


def _validation(reader: Any, anchors: _Anchors, claimed: datetime | None) -> Any:
    """How a chain is judged: at the moment of signing, with what the PDF itself brings of revocation."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError
    from pyhanko_certvalidator import ValidationContext

    given: dict[str, Any] = {
        "trust_roots": list(anchors.roots),
        "other_certs": list(anchors.others),
        "crls": list(anchors.lists),
        "allow_fetching": False,
        "revocation_mode": "soft-fail",
        "moment": claimed,
        "retroactive_revinfo": True,
        "time_tolerance": timedelta(minutes=5),
    }
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(given)
    except NoDSSFoundError:
        return ValidationContext(**given)


def _name(name: Any, part: str) -> str:
    value = name.native.get(part, "")
    return value if isinstance(value, str) else ", ".join(value)
