// Calls the official clients against a hub and prints what each call gave: {"name": {"value": …} | {"error": …, "status": …}}.
// Usage: node --input-type=module - HUB TOKEN OTHER-TOKEN CACHE < official-clients.mjs
import { createHash } from "node:crypto";
import * as hub from "@huggingface/hub";
import { gguf, ggufAllShards } from "@huggingface/gguf";

const [hubUrl, token, otherToken, cacheDir] = process.argv.slice(2);
const tiny = { repo: "acme/tiny-GGUF", hubUrl };
const model = "tiny-Q4_K_M.gguf";
const results = {};
console.debug = () => {};

const call = async (name, ask) => {
  try {
    results[name] = { value: (await ask()) ?? null };
  } catch (error) {
    results[name] = { error: error.message, type: error.constructor.name, status: error.statusCode ?? null };
  }
};
const all = async (entries, shape) => {
  const list = [];
  for await (const entry of entries) list.push(shape(entry));
  return list;
};
const first = async (entries) => {
  for await (const entry of entries) return entry;
};
const sha256 = async (blob) => createHash("sha256").update(Buffer.from(await blob.arrayBuffer())).digest("hex");
const text = async (blob) => Buffer.from(await blob.arrayBuffer()).toString();

await call("listFiles", () => all(hub.listFiles({ ...tiny, recursive: true }), (f) => [f.type, f.path, f.size, f.oid, f.lfs?.oid ?? null, f.xetHash ?? null]));
await call("listFiles at the top", () => all(hub.listFiles(tiny), (f) => `${f.type} ${f.path}`));
await call("listFiles of a folder", () => all(hub.listFiles({ ...tiny, path: "UD-IQ2_M" }), (f) => f.path));
await call("listFiles expanded", () => all(hub.listFiles({ ...tiny, recursive: true, expand: true }), (f) => [f.path, f.lastCommit.id, f.lastCommit.title]));
await call("listFiles in pages", () => all(hub.listFiles({ ...tiny, repo: "acme/many-GGUF", recursive: true }), (f) => f.path));
await call("listFiles in expanded pages", () => all(hub.listFiles({ ...tiny, repo: "acme/many-GGUF", path: "a b", expand: true }), (f) => f.path));
await call("listFiles of an older commit", () => all(hub.listFiles({ ...tiny, revision: "v0" }), (f) => f.path));
await call("pathsInfo", async () =>
  (await hub.pathsInfo({ ...tiny, paths: [model, "nope", "README.md"], expand: true })).map((f) => [f.type, f.path, f.size, f.oid, f.lfs?.oid ?? null, f.lastCommit.id, f.securityFileStatus.status]));
await call("modelInfo", () => hub.modelInfo({ name: tiny.repo, hubUrl, additionalFields: ["sha", "tags", "filePaths", "author"] }));
await call("modelInfo by an old name", async () => (await hub.modelInfo({ name: "acme/old-GGUF", hubUrl })).name);
await call("modelInfo by a legacy name", async () => (await hub.modelInfo({ name: "tiny", hubUrl })).name);
await call("modelInfo of a gate", async () => (await hub.modelInfo({ name: "acme/gated-GGUF", hubUrl })).gated);
await call("listModels", () => all(hub.listModels({ hubUrl, search: { query: "gguf", owner: "acme", tags: ["gguf"] }, sort: "downloads" }), (m) => m.name));
await call("listModels with a token", () => all(hub.listModels({ hubUrl, accessToken: token, search: { owner: "acme" } }), (m) => m.name));
await call("whoAmI", async () => {
  const me = await hub.whoAmI({ hubUrl, accessToken: token });
  return [me.type, me.name, me.auth.accessToken.role, me.auth.accessToken.createdAt.toISOString()];
});

await call("fileDownloadInfo of a large file", () => hub.fileDownloadInfo({ ...tiny, path: model }));
await call("fileDownloadInfo of a small file", () => hub.fileDownloadInfo({ ...tiny, path: "README.md" }));
await call("fileDownloadInfo of a missing file", () => hub.fileDownloadInfo({ ...tiny, path: "nope.gguf" }));
await call("fileDownloadInfo of an empty file", () => hub.fileDownloadInfo({ ...tiny, path: "empty.txt" }));
await call("fileExists", () => hub.fileExists({ ...tiny, path: "README.md" }));
await call("fileExists of a missing file", () => hub.fileExists({ ...tiny, path: "nope.gguf" }));
await call("downloadFile", async () => sha256(await hub.downloadFile({ ...tiny, path: model })));
await call("downloadFile in part", async () => text((await hub.downloadFile({ ...tiny, path: model })).slice(0, 4)));
await call("downloadFile of a small file", async () => text(await hub.downloadFile({ ...tiny, path: "README.md" })));
await call("downloadFile of a pointer", async () => text(await hub.downloadFile({ ...tiny, path: model, raw: true })));
await call("downloadFile with spaces", async () => text(await hub.downloadFile({ ...tiny, repo: "acme/many-GGUF", path: "a b/größe 7.txt" })));
await call("downloadFile of a branch", async () => text(await hub.downloadFile({ ...tiny, path: "README.md", revision: "refs/pr/1" })));

await call("downloadFileToCacheDir", async () => (await hub.downloadFileToCacheDir({ ...tiny, path: model, cacheDir: `${cacheDir}/one` })).slice(cacheDir.length));
await call("snapshotDownload", async () => (await hub.snapshotDownload({ ...tiny, repo: "acme/whole-GGUF", cacheDir: `${cacheDir}/all` })).slice(cacheDir.length));
await call("scanCacheDir", async () => {
  const scanned = await hub.scanCacheDir(`${cacheDir}/all`);
  return [scanned.warnings.length, ...scanned.repos.map((r) => [r.id.name, r.size, r.filesCount, r.revisions.map((v) => v.commitOid)]).sort()];
});
await call("gguf", async () => {
  const header = await gguf(`${hubUrl}/${tiny.repo}/resolve/main/${model}`, { computeParametersCount: true });
  return [header.metadata["general.architecture"], header.metadata["llama.context_length"], header.metadata["tokenizer.ggml.tokens"].length, header.parameterCount];
});
await call("ggufAllShards", async () => {
  const { shards, parameterCount } = await ggufAllShards(`${hubUrl}/${tiny.repo}/resolve/main/UD-IQ2_M/tiny-UD-IQ2_M-00001-of-00002.gguf`);
  return [parameterCount, shards.map((shard) => shard.metadata["split.no"])];
});

const access = (repo, accessToken) => async () => (await hub.checkRepoAccess({ repo, hubUrl, accessToken }), "granted");
await call("access to nothing", access("acme/none"));
await call("access to nothing with a token", access("acme/none", token));
await call("access to a private repository", access("acme/private-GGUF"));
await call("access to a private repository with a token", access("acme/private-GGUF", token));
await call("access with an unknown token", access(tiny.repo, "hf_unknownunknownunknownunknownunknownun"));
await call("listFiles behind a gate", async () => (await first(hub.listFiles({ ...tiny, repo: "acme/gated-GGUF" }))).path);
await call("downloadFile behind a gate", () => hub.downloadFile({ ...tiny, repo: "acme/gated-GGUF", path: model }));
await call("downloadFile behind a gate without consent", () => hub.downloadFile({ ...tiny, repo: "acme/gated-GGUF", path: model, accessToken: otherToken }));
await call("downloadFile behind a gate with consent", async () => sha256(await hub.downloadFile({ ...tiny, repo: "acme/gated-GGUF", path: model, accessToken: token })));
await call("listFiles of a bad revision", () => first(hub.listFiles({ ...tiny, revision: "nope" })));

process.stdout.write(JSON.stringify(results, (_, value) => (typeof value === "bigint" ? Number(value) : value)));
