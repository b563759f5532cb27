"""The hub as a client of an OpenID Connect server: where to send a person, and who they are when they come back.

Sources: OpenID Connect Core 1.0, 3.1 (authorization code flow) and 3.1.3.7 (what of an id token is checked);
OpenID Connect Discovery 1.0; RFC 7636 (PKCE); RFC 9700 (current best practice).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from data.account_error import AccountError
from data.settings import settings

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]

__all__ = ["Journey", "claims_of", "configured", "departure"]

log = logging.getLogger(__name__)

_SECONDS = 10.0
_HERE = ("localhost", "127.0.0.1", "::1")
"""Where a server may be reached without https: on this machine."""
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Only signatures by a key that the server alone has: never "none", never a shared secret."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What the browser keeps while its person is away signing in: it must fit what comes back."""

    state: str
    nonce: str
    verifier: str
    next: str


def configured() -> bool:
    """Whether the settings name an OpenID Connect server."""
    return bool(settings().oidc_issuer and settings().oidc_client)


def _unreachable(error: Exception) -> AccountError:
    log.warning("OpenID Connect server %s: %s: %s", settings().oidc_issuer, type(error).__name__, error)
    return AccountError(
        "oidc",
        "Không đăng nhập được qua máy chủ tài khoản của tỉnh; hãy thử lại, hoặc dùng tài khoản tại đây",
        "signing in at the province's account server failed; try again, or use an account of the hub",
    )


def _client(redirect_uri: str) -> AsyncOAuth2Client:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    return AsyncOAuth2Client(
        client_id=settings().oidc_client,
        client_secret=settings().oidc_secret.get_secret_value() or None,
        scope=settings().oidc_scope,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        timeout=_SECONDS,
    )


async def _metadata(client: AsyncOAuth2Client) -> dict[str, Any]:
    """What the server says of itself (Discovery, 4); its issuer must be the one of the settings."""
    issuer = settings().oidc_issuer
    at = urlparse(issuer)
    if at.scheme != "https" and at.hostname not in _HERE:
        raise ValueError("HUB_OIDC_ISSUER must be an https address")
    found = await _json(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise ValueError(f"issuer is {found.get('issuer')!r}")
    return found


async def _json(client: AsyncOAuth2Client, address: str, *, with_token: bool = False) -> dict[str, Any]:
    answer = await client.request("GET", address, withhold_token=not with_token)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError(f"{address}: not an object")
    return found


async def departure(redirect_uri: str, next_: str) -> tuple[str, Journey]:
    """Where to send the browser, and what it must keep. Raises AccountError where the server cannot be reached."""
    journey = Journey(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), next_)
    try:
        async with _client(redirect_uri) as client:
            server = await _metadata(client)
            address, _ = client.create_authorization_url(
                server["authorization_endpoint"],
                state=journey.state,
                nonce=journey.nonce,
                code_verifier=journey.verifier,
            )
    except Exception as error:
        # Whatever a foreign server does wrong is one thing for the reader, and goes to the log in full.
        raise _unreachable(error) from error
    return str(address), journey


async def claims_of(redirect_uri: str, journey: Journey, code: str) -> Mapping[str, Any]:
    """What the server says of whoever came back with this code, its signature and purpose checked.

    Raises AccountError where anything does not fit or the server cannot be reached.
    """
    try:
        async with _client(redirect_uri) as client:
            server = await _metadata(client)
            token = await client.fetch_token(server["token_endpoint"], code=code, code_verifier=journey.verifier)
            claims = _checked(token, await _json(client, server["jwks_uri"]), journey.nonce)
            if "userinfo_endpoint" in server:
                told = await _json(client, server["userinfo_endpoint"], with_token=True)
                if told.get("sub") != claims["sub"]:
                    raise ValueError("userinfo is of somebody else")
                # What is signed counts where both say something.
                claims = {**told, **claims}
    except Exception as error:
        raise _unreachable(error) from error
    return claims


def _checked(token: Mapping[str, Any], keys: Any, nonce: str) -> dict[str, Any]:
    """The claims of an id token (Core, 3.1.3.7). Raises joserfc's and Authlib's errors."""
    from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
    from joserfc import jwt
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
    decoded = jwt.decode(token["id_token"], key=KeySet.import_key_set(keys), registry=registry)
    client = settings().oidc_client
    options = {
        "iss": {"essential": True, "values": [settings().oidc_issuer]},
        "aud": {"essential": True, "values": [client]},
    }
    about = {"nonce": nonce, "client_id": client, "access_token": token.get("access_token")}
    claims = CodeIDToken(decoded.claims, decoded.header, options, about)
    claims.validate(leeway=60)
    return dict(decoded.claims)
