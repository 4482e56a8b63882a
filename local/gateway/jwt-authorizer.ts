import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';

export type JwtSettings = { issuer: string; audience: string; jwksUri: string };

/** The claims, or the `www-authenticate` value of the refusal. */
export type Verdict = { claims: Record<string, string> } | { challenge: string };

export type Authorize = (authorization: string | undefined) => Promise<Verdict>;

/**
 * An authorizer like HTTP API's: it checks signature, `kid`, `iss`, `aud`, `exp` and `nbf`. It accepts only RSA
 * signatures, as AWS documents. That also excludes `none`, and an HMAC made with the public key. Keys are fetched when
 * they are first needed.
 */
export function createJwtAuthorizer({ issuer, audience, jwksUri }: JwtSettings): Authorize {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  return async (authorization) => {
    const token = authorization?.replace(/^Bearer\s+/i, '');
    if (!token) return { challenge: 'Bearer' };
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
      });
      return { claims: asStrings(payload) };
    } catch (error) {
      const reason = error instanceof errors.JWTExpired ? 'the token has expired' : 'the token is not valid';
      return { challenge: `Bearer scope="" error="invalid_token" error_description="${reason}"` };
    }
  };
}

/** API Gateway passes every claim as a string; a list becomes `[a b]`. */
function asStrings(payload: JWTPayload): Record<string, string> {
  const asString = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, asString(value)]));
}
