"""The hub's settings: each from an environment variable `HUB_…`, each with a default that runs the demonstration."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["REPOSITORY", "Settings", "settings"]

REPOSITORY = Path(__file__).resolve().parent.parent


_LARGE, _SLOWEST = 24 * 1024**2, 4 * 1024**2
"""Bytes from which on a file is very large, and what any machine reads of one in a second."""


class Settings(BaseSettings):
    """One sentence under every field; README lists them all."""

    model_config = SettingsConfigDict(env_prefix="HUB_", frozen=True, env_ignore_empty=True)

    home: Path = REPOSITORY / "data" / "store"
    """Folder for everything kept at run time: landing, lake, ledger, logs, Dagster's home."""
    province: str = Field("56", pattern=r"^\d{2}$")
    """Two-digit code of the province served: 56 Khánh Hòa, 42 Hà Tĩnh."""
    contracts: Path = REPOSITORY / "data" / "contracts"
    """Folder of the contracts, one ODCS file a dataset."""
    catalog: str = ""
    """DuckLake catalogue, e.g. `postgres:dbname=hub host=…`; empty keeps it in SQLite under `home`."""
    lake_files: str = ""
    """Where the lake's Parquet files lie, e.g. `s3://bucket/lake`; empty keeps them under `home`."""
    ledger: str = ""
    """SQLAlchemy address of the operational database; empty keeps it in SQLite under `home`."""
    host: str = "127.0.0.1"
    """Address both servers listen on."""
    port: int = 8050
    """Port of the operations centre and its API."""
    dagster_port: int = 3000
    """Port of Dagster's pages."""
    max_file_mb: int = 200
    """Largest file that is taken, in megabytes."""
    read_seconds: int = 60
    """Longest time that reading one file may take before it is given up."""
    read_memory_mb: int = 3072
    """Most memory that the process reading a file may take, in megabytes."""
    green_from: float = 90.0
    """Lowest score shown xanh."""
    amber_from: float = 70.0
    """Lowest score shown vàng; below it đỏ."""
    confirm_below_share: float = 0.8
    """A version with a smaller share of the good rows of the one in force waits for its sender's word."""

    session_hours: float = 12.0
    """Longest time that somebody stays signed in."""
    idle_minutes: float = 480.0
    """Longest time without a request after which a session ends: a working day, as a wall asks all the time."""
    sign_in_failures: int = 5
    """Wrong passwords in a row after which an account is locked for a while."""
    lock_minutes: float = 15.0
    """How long it is locked then."""
    api_limit: str = "300/minute"
    """How often an account may ask the API, e.g. `300/minute` or `20/second`."""
    api_send_limit: str = "60/minute"
    """How often an account may send through the API."""
    api_limit_storage: str = "memory://"
    """Where the API's counts are kept; several processes share them in e.g. `redis://host:6379`."""
    api_json_mb: int = Field(16, ge=1)
    """Largest JSON body that the API takes, in megabytes; more goes as a file."""
    secure_cookies: bool = False
    """Whether cookies go over https only; set it wherever the hub is reached through https."""
    public_url: str = ""
    """Address under which people reach the hub, e.g. `https://hub.example.vn`; empty takes that of the request."""
    oidc_issuer: str = ""
    """Issuer of the OpenID Connect server that people may sign in at; empty leaves local accounts alone."""
    oidc_client: str = ""
    """The hub's client id there."""
    oidc_secret: SecretStr = SecretStr("")
    """The hub's client secret there; empty for a public client, which PKCE protects."""
    oidc_scope: str = "openid profile email"
    """What the hub asks to be told."""
    oidc_role_claim: str = "role"
    """Claim that names the role, or a list of which one does."""
    oidc_unit_claim: str = "unit"
    """Claim that names the unit by its code."""
    oidc_mapping: Path | None = None
    """YAML file with `roles` and `units` (a claim's value: code here) and `people` (login there: role and unit)."""
    trust_roots: Path | None = None
    """Folder of root certificates (.crt, .cer, .pem) and revocation lists (.crl) that signed reports are checked by."""

    smtp_host: str = ""
    """Mail server that reminders go through; empty sends no e-mail."""
    smtp_port: int = 25
    """Its port: 25, 587 (starttls), 465 (tls)."""
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    """How the line to it is kept private; certificates are checked."""
    smtp_user: str = ""
    """Login at the mail server; empty signs in nowhere."""
    smtp_password: SecretStr = SecretStr("")
    """Password there."""
    mail_from: str = "Trung tâm tích hợp dữ liệu <hub@localhost>"
    """Who reminders come from."""
    webhooks: SecretStr = SecretStr("")
    """Chats and webhooks that hear of reminders: Apprise addresses (`json://…`, `msteams://…`), by spaces."""
    office_mail: str = ""
    """Addresses of the programme's standing office, by commas: they get the weekly digest of late units."""
    remind_before: str = Field("3", pattern=r"^(\d{1,2}(,\d{1,2})*)?$")
    """How many working days before a due day its unit is reminded, by commas."""
    remind_after: str = Field("1,3", pattern=r"^(\d{1,2}(,\d{1,2})*)?$")
    """How many working days after a missed due day, by commas."""
    remind_at: str = Field("08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """From what time of a working day on the day's reminders go out."""
    working_hours: str = Field("07:30-17:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
    """Hours of working days in which anything is sent; what comes up outside waits for the next of them."""

    def patience(self, size: int) -> float:
        """Seconds that reading a file of so many bytes may take: `read_seconds`, and more for a very large one."""
        return self.read_seconds + max(0, size - _LARGE) / _SLOWEST

    @property
    def landing_folder(self) -> Path:
        """Raw bytes as received, by sha256."""
        return self.home / "landing"

    @property
    def lake_folder(self) -> Path:
        """The embedded lake: catalogue and Parquet files."""
        return self.home / "lake"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance folder."""
        return self.home / "dagster"

    @property
    def ledger_url(self) -> str:
        """SQLAlchemy address of the ledger."""
        return self.ledger or f"sqlite:///{self.home / 'ledger.sqlite'}"


@cache
def settings() -> Settings:
    """The settings of this process; `settings.cache_clear()` after the environment changed (tests)."""
    return Settings()
