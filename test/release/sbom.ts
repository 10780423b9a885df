/**
 * Prints the bill of materials of the package as CycloneDX: npm's own, without what is needed for development only. What a build carries
 * inside is in it, whatever package.json calls it. `npm run --silent sbom > sbom.json`
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface Bill {
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly properties: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const flags = ['--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'library'];
const whole = JSON.parse(execFileSync('npm', ['sbom', ...flags], { encoding: 'utf8', maxBuffer: 2 ** 26 })) as Bill;
const licences = readFileSync(new URL('../../dist/THIRD-PARTY-LICENSES.txt', import.meta.url), 'utf8');
const bundled = new Set([...licences.matchAll(/^={80}\n(\S+) \S+ \(.*\)\n={80}$/gm)].map(([, name]) => name));

const components = whole.components.filter(
  ({ name, properties }) => bundled.has(name) || !properties.some((property) => property.name.endsWith(':development')),
);
const dropped = new Set(
  whole.components.filter((component) => !components.includes(component)).map((c) => c['bom-ref']),
);
const dependencies = whole.dependencies
  .filter(({ ref }) => !dropped.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => !dropped.has(other)) }));
console.log(JSON.stringify({ ...whole, components, dependencies }, null, 2));
