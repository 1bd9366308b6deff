// Writes expected.json: the items of items.json in each style, by citeproc-js. `npm install citeproc`, then
//   node tests/styles/expected.mjs LOCALES > tests/styles/expected.json
// LOCALES: the folder of locales-*.xml that citeproc-py carries (citeproc.LOCALES_PATH).
import fs from "fs";
import path from "path";
import { createRequire } from "module";
const CSL = createRequire(path.join(process.cwd(), "/"))("citeproc");
const here = path.dirname(new URL(import.meta.url).pathname);
const items = JSON.parse(fs.readFileSync(path.join(here, "items.json")));
const known = Object.fromEntries(items.map((item) => [item.id, item]));
const system = {
  retrieveLocale: (name) => fs.readFileSync(path.join(process.argv[2], `locales-${name}.xml`), "utf8"),
  retrieveItem: (id) => known[id],
};
const written = {};
for (const style of ["bmj", "vancouver", "harvard", "apa"]) {
  const xml = fs.readFileSync(path.join(here, "../../schemas/styles", `${style}.csl`), "utf8");
  const engine = new CSL.Engine(system, xml, "en-GB");
  written[style] = {};
  for (const item of items) {
    engine.updateItems([item.id]);
    const found = engine.makeBibliography()[1][0];
    written[style][item.id] = found
      .replace(/<div class="csl-left-margin">.*?<\/div>/s, "").replace(/<\/?div[^>]*>/g, "")
      .replace(/&#60;/g, "&lt;").replace(/&#62;/g, "&gt;").replace(/&#38;/g, "&amp;").replace(/\s+/g, " ").trim().replace(/^1\.? /, "");
  }
}
process.stdout.write(JSON.stringify(written, null, 1) + "\n");
