// Does one thing with a cache as the official client does it, and prints what came of it as JSON.
// Usage: node --input-type=module - HUB CACHE (scan | file REPO PATH REVISION | snapshot REPO REVISION) < official-cache.mjs
import * as hub from "@huggingface/hub";

const [hubUrl, cacheDir, verb, repo, ...rest] = process.argv.slice(2);
console.debug = () => {};

const by = (key) => (one, other) => (one[key] < other[key] ? -1 : 1);
const verbs = {
  scan: async () => {
    const { warnings, repos } = await hub.scanCacheDir(cacheDir);
    return {
      warnings: warnings.map((warning) => warning.message),
      repos: repos.map((found) => ({
        name: found.id.name,
        size: found.size,
        revisions: found.revisions.map((revision) => ({
          commit: revision.commitOid,
          references: [...revision.refs].sort(),
          size: revision.size,
          files: revision.files.map((file) => ({ path: file.path.slice(revision.path.length + 1), size: file.blob.size })).sort(by("path")),
        })).sort(by("commit")),
      })).sort(by("name")),
    };
  },
  file: () => hub.downloadFileToCacheDir({ repo, hubUrl, cacheDir, path: rest[0], revision: rest[1] }),
  snapshot: () => hub.snapshotDownload({ repo, hubUrl, cacheDir, revision: rest[0] }),
};

process.stdout.write(JSON.stringify(await verbs[verb]()));
