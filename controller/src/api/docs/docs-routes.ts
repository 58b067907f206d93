import type { FastifyInstance } from 'fastify';
import { docsPage } from './docs-page.ts';
import { openApi31 } from './openapi-document.ts';

/** The page holds no script and asks nobody for anything. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The OpenAPI document, and a page made of it. Open to all who reach the port: there is nothing of a Meeting in it. */
export function addDocsRoutes(app: FastifyInstance): void {
  const config = { access: { scope: 'anybody' } } as const;
  const document = openApi31();
  const json = JSON.stringify(document);
  const html = docsPage(document);
  app.get('/openapi.json', { config }, async (_request, reply) => reply.type('application/json').send(json));
  app.get('/docs', { config }, async (_request, reply) =>
    reply
      .headers({ 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' })
      .type('text/html')
      .send(html),
  );
}
