import { execFileSync } from 'node:child_process';
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `node sbom.ts NAME DIR`: prints the bill of materials of the image it runs in, as CycloneDX 1.5: the packages that are
 * in DIR/node_modules, Debian's, and Node itself. It looks at what is there: `npm sbom` of a workspace (11.19) leaves
 * out packages that another workspace has too. It stands alone: the image's build has nothing else.
 */

interface Component {
  type: 'library' | 'application';
  name: string;
  version: string;
  purl: string;
  'bom-ref': string;
  licenses?: { expression: string }[];
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

/** What is installed under a directory, each place of a package once; our own workspaces are links and not listed. */
function npmPackages(dir: string): Component[] {
  const modules = join(dir, 'node_modules');
  return directoriesIn(modules).flatMap(({ name }) =>
    name.startsWith('@')
      ? directoriesIn(join(modules, name)).flatMap((entry) => npmPackage(join(modules, name, entry.name)))
      : npmPackage(join(modules, name)),
  );
}

function npmPackage(dir: string): Component[] {
  const file = join(dir, 'package.json');
  if (!existsSync(file)) return [];
  const { name, version, license } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const purl = `pkg:npm/${String(name).replace('@', '%40')}@${version}`;
  const licenses = typeof license === 'string' ? { licenses: [{ expression: license }] } : {};
  const itself = { type: 'library' as const, name: String(name), version: String(version), purl, 'bom-ref': purl };
  return [{ ...itself, ...licenses }, ...npmPackages(dir)];
}

function directoriesIn(dir: string): Dirent[] {
  return existsSync(dir) ? readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
}

const [name, dir] = process.argv.slice(2);
if (name === undefined || dir === undefined) throw new Error('expected: node sbom.ts NAME DIR');
// A package that is installed in several places is one component.
const npm = new Map(npmPackages(dir).map((component) => [component.purl, component]));
const bill = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: { type: 'application', name } },
  components: [...npm.values(), nodeItself(), ...debianPackages()],
};
process.stdout.write(`${JSON.stringify(bill, null, 1)}\n`);
