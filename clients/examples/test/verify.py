"""Verifies an assertion with PyJWT. Arguments: the URL of the key set, the issuer, the audience, the assertion."""

import json
import sys

import jwt

keys_url, issuer, audience, assertion = sys.argv[1:]
try:
    key = jwt.PyJWKClient(keys_url, lifespan=3600).get_signing_key_from_jwt(assertion)
    claims = jwt.decode(
        assertion,
        key.key,
        algorithms=["ES256"],
        issuer=issuer,
        audience=audience,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    print(json.dumps(claims))
except jwt.PyJWTError as error:
    print(json.dumps({"error": type(error).__name__}))
