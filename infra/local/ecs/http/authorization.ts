import { EcsError } from '../errors.ts';

const credential = /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,/;

/**
 * Requires a Signature Version 4 header scoped to this service and region. The signature itself isn't checked:
 * the endpoint has no accounts, it only finds out callers that don't sign or sign for somebody else.
 */
export function requireSignature(header: string | undefined, region: string): void {
  if (header === undefined || header === '') {
    throw new EcsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const match = credential.exec(header);
  if (match === null || !header.includes('Signature=')) {
    throw new EcsError(
      'IncompleteSignatureException',
      'Authorization header requires Credential, SignedHeaders and Signature.',
    );
  }
  if (match[1] !== region) {
    throw new EcsError(
      'InvalidSignatureException',
      `Credential should be scoped to a valid region: ${region}; got ${match[1]}`,
    );
  }
  if (match[2] !== 'ecs') {
    throw new EcsError(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: 'ecs'; got ${match[2]}`,
    );
  }
}
