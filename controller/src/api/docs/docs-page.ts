import type { OpenApiDocument } from './openapi-document.ts';
import type { Operation, Parameter } from './openapi-parts.ts';

/** A schema as far as the page shows it. */
interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

const STYLE = `
:root{color-scheme:light dark;--line:#8883;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{margin-bottom:0}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
code{font:13px ui-monospace,monospace}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.2rem .8rem}
summary{cursor:pointer;padding:.3rem 0}summary b{display:inline-block;min-width:4.5rem}
summary span{float:right;opacity:.7}
table{border-collapse:collapse;width:100%;margin:.3rem 0}
td,th{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-top:1px solid var(--line)}
td td{border-top-style:dotted}th{font-weight:600}
`;

const escapeHtml = (value: unknown): string => String(value).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
/** Text with code in back quotes. */
const prose = (value = ''): string => escapeHtml(value).replace(/`([^`]+)`/g, '<code>$1</code>');
const nameOfRef = (ref: string): string => ref.split('/').at(-1) ?? '';

/** The document as one page that needs nothing else: no script, no other file, no network. */
export function docsPage(document: OpenApiDocument): string {
  const { info, tags, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const ofTag = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<h2>${escapeHtml(name)}</h2><p>${prose(description)}</p>${ofTag.map(operationOf).join('')}`;
  });
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>${schemaOf(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(info.title)}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<h1>${escapeHtml(info.title)}</h1><p>${prose(info.description)} <a href="openapi.json">OpenAPI ${escapeHtml(document.openapi)}</a></p>
${sections.join('\n')}<h2>Schemas</h2>${schemas.join('\n')}</body></html>`;
}

function operationOf({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const answers = Object.entries(responses).map(
    ([code, { description: text, content }]) =>
      `<tr><th>${escapeHtml(code)}</th><td>${prose(text)} ${contentOf(content)}</td></tr>`,
  );
  return `<details id="${escapeHtml(operation.operationId)}">
<summary><b>${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code> <span>${prose(summary)}</span></summary>
${description === undefined ? '' : `<p>${prose(description)}</p>`}
${parameters.length === 0 ? '' : `<table>${parameters.map(parameterOf).join('')}</table>`}
${requestBody === undefined ? '' : `<p>Body: ${contentOf(requestBody.content)}</p>`}
<table>${answers.join('')}</table></details>`;
}

function parameterOf({ name, in: where, description, schema }: Parameter): string {
  return `<tr><th><code>${escapeHtml(name)}</code></th><td>${escapeHtml(where)}</td><td>${prose(description)} ${facts(schema)}</td></tr>`;
}

function contentOf(content: Record<string, { schema: object }> = {}): string {
  return Object.entries(content)
    .map(([type, { schema }]) => `<code>${escapeHtml(type)}</code> ${typeOf(schema)}`)
    .join(', ');
}

function schemaOf(schema: Schema): string {
  const { properties, required = [] } = schema;
  if (properties === undefined) return `<p>${typeOf(schema)} ${prose(schema.description)}</p>`;
  const rows = Object.entries(properties).map(([name, property]) => {
    const inner = property.items ?? property;
    const nested = inner.properties === undefined ? '' : schemaOf(inner);
    const must = required.includes(name) ? ' (required)' : '';
    return `<tr><th><code>${escapeHtml(name)}</code></th><td>${typeOf(property)}${must} ${prose(property.description)} ${facts(property)}${nested}</td></tr>`;
  });
  return `<table>${rows.join('')}</table>`;
}

function typeOf({ $ref, type, items, anyOf, oneOf }: Schema): string {
  if ($ref !== undefined) return `<a href="#${escapeHtml(nameOfRef($ref))}">${escapeHtml(nameOfRef($ref))}</a>`;
  const forms = anyOf ?? oneOf;
  if (type === undefined && forms !== undefined) return forms.map(typeOf).join(' or ');
  if (items !== undefined) return `list of ${typeOf(items)}`;
  return escapeHtml(type ?? 'any');
}

function facts({ const: constant, enum: values, default: byDefault, minimum, maximum }: Schema): string {
  const said = [
    constant === undefined ? '' : `always <code>${escapeHtml(constant)}</code>`,
    values === undefined ? '' : `one of ${values.map((value) => `<code>${escapeHtml(value)}</code>`).join(', ')}`,
    minimum === undefined ? '' : `from ${minimum}`,
    maximum === undefined ? '' : `to ${maximum}`,
    byDefault === undefined ? '' : `default <code>${escapeHtml(byDefault)}</code>`,
  ];
  return said.filter((fact) => fact !== '').join('; ');
}
