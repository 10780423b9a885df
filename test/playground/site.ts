/** The built playground behind a server, and a browser to look at it with. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { build, preview, type PreviewServer } from 'vite';

const folder = new URL('../../examples/output/playground/', import.meta.url);
const configFile = fileURLToPath(new URL('../../examples/playground/vite.config.ts', import.meta.url));

/** `undefined` where there is none: the tests then say that they were skipped. */
export const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

export interface Site {
  readonly browser: Browser;
  readonly url: string;
  /** Where the built page is. */
  readonly folder: URL;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  await build({ configFile, logLevel: 'error' });
  const server = await preview({ configFile, logLevel: 'error', preview: { port: 0, open: false } });
  const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] });
  return {
    browser,
    url: urlOf(server),
    folder,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

function urlOf({ resolvedUrls }: PreviewServer): string {
  return resolvedUrls!.local[0]!;
}
