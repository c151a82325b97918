// What of a mail's HTML and CSS which mail programs do not know: {feature: [program, ...]}, as JSON.
// Usage: node caniemail.mjs MAIL.html...
import { caniemail } from "caniemail";
import { readFileSync } from "node:fs";

// Those with a table of everything we use; Thunderbird's has gaps, and shows what a browser shows.
const clients = ["gmail.*", "outlook.*", "apple-mail.*", "samsung-email.*", "protonmail.*"];
const unknown = new Map();
for (const file of process.argv.slice(2)) {
  const found = caniemail({ clients, html: readFileSync(file, "utf8") });
  for (const [client, issues] of found.issues.errors) {
    for (const { title } of issues) {
      unknown.set(title, (unknown.get(title) ?? new Set()).add(client));
    }
  }
}
const sorted = [...unknown].sort().map(([title, clients]) => [title, [...clients].sort()]);
console.log(JSON.stringify(Object.fromEntries(sorted)));
