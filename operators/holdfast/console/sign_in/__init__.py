"""Signing in at an issuer of identities: OpenID Connect, the authorization code with PKCE, state and nonce.

signing_in ──▶ flows (what was asked, in the browser's signed cookie) ──▶ issuer ──id token──▶ TokenReview ──▶ session
renewing ────▶ renewals (the refresh token, sealed in a cookie) ──▶ issuer ──id token──▶ TokenReview ──▶ session

The API server judges the token: its issuer's signature, its audience, its times, whose name and groups it gives. The
console then compares what only it can know: that the token answers what this browser asked. It stores nothing.
"""
