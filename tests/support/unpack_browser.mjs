// Unpacks the Chromium that the npm package @sparticuz/chromium carries into the folder given.
// Usage: node tests/support/unpack_browser.mjs FOLDER

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const folder = resolve(process.argv[2]);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

// The package unpacks into the folder for temporary files, and leaves alone what it finds there.
process.env.TMPDIR = folder;
const { inflate } = await import("@sparticuz/chromium");
const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
const packed = join(dirname(entry), "..", "bin");

// al2023 holds the shared libraries that a server without a desktop may lack.
for (const archive of ["chromium.br", "swiftshader.tar.br", "al2023.tar.br", "fonts.tar.br"]) {
  await inflate(join(packed, archive));
}

// Only the fonts that come with it, so that pages look alike on every machine, even one without fonts.
writeFileSync(
  join(folder, "fonts.conf"),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, "fonts")}</dir>
  <cachedir>${join(folder, "font-cache")}</cachedir>
</fontconfig>
`,
);
