import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * `node sbom.ts npm.cdx.json`: prints the bill of materials of the image it runs in, as CycloneDX 1.5: what npm says of
 * its packages, and beside it Debian's packages and Node itself. It stands alone: the image's build has nothing else.
 */

interface Component {
  type: 'library' | 'application';
  name: string;
  version: string;
  purl: string;
  'bom-ref': string;
}

const DEBIAN_FIELDS = `${['Package', 'Version', 'Architecture', 'db:Status-Status'].map((name) => `\${${name}}`).join('\t')}\n`;

/** Installed packages as components; one whose removal left settings behind is not installed. */
function debianPackages(): Component[] {
  const list = execFileSync('dpkg-query', ['--show', '--showformat', DEBIAN_FIELDS], { encoding: 'utf8' });
  return list
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [name = '', version = '', architecture = '', status] = line.split('\t');
      if (status !== 'installed') return [];
      // https://github.com/package-url/purl-spec, type deb
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`;
      return [{ type: 'library' as const, name, version, purl, 'bom-ref': purl }];
    });
}

function nodeItself(): Component {
  const version = process.versions.node;
  const purl = `pkg:generic/node@${version}`;
  return { type: 'application', name: 'node', version, purl, 'bom-ref': purl };
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('expected the path of the bill that npm wrote');
const bill = JSON.parse(readFileSync(file, 'utf8')) as { components?: object[] };
const components = [...(bill.components ?? []), nodeItself(), ...debianPackages()];
process.stdout.write(`${JSON.stringify({ ...bill, components }, null, 1)}\n`);
