// Prints what @huggingface/jinja makes of each template with each message set: {"template": {"set": {"text"} or {"error"}}}.
// Arguments: the folder of the templates, the file of the message sets, the moment that "now" is (ISO 8601).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';

const [folder, sets, now] = process.argv.slice(2);
process.env.TZ = 'UTC';
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [now] : given));
  }
};

const contexts = Object.entries(JSON.parse(readFileSync(sets, 'utf8')));
const rendered = {};
for (const name of readdirSync(folder).filter((file) => file.endsWith('.jinja')).sort()) {
  const source = readFileSync(join(folder, name), 'utf8');
  rendered[name] = {};
  for (const [set, context] of contexts) {
    try {
      // A template may change what it is given, so that each rendering has a copy.
      const text = new Template(source).render({ bos_token: '<s>', eos_token: '</s>', ...structuredClone(context) });
      rendered[name][set] = { text };
    } catch (error) {
      rendered[name][set] = { error: error.message };
    }
  }
}

process.stdout.write(JSON.stringify(rendered));
