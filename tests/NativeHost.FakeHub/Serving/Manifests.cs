using System.Text.Json.Nodes;

namespace NativeHost.Testing;

/// <summary>The manifests that Ollama and llama.cpp ask for: a model by the name of its quant.</summary>
internal static class Manifests
{
    private const string BadTag = "The specified tag is not a valid quantization scheme. Please use another tag or \"latest\"";

    public static async Task SendAsync(Exchange exchange)
    {
        if (await HubAccess.FindRepoAsync(exchange, forContent: true) is not { } repo)
        {
            return;
        }

        var files = repo.Head.Files.Values.Where(file => file.IsLfs && file.Path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)).ToList();
        var sidecar = files.Find(IsSidecar);
        var models = files.Where(file => !IsSidecar(file)).ToList();
        var tag = exchange.Route.Path;
        var model = tag == "latest"
            ? models.Find(file => Has(file, "Q4_K_M")) ?? models.FirstOrDefault()
            : models.Find(file => Has(file, tag));
        if (model is null)
        {
            await exchange.RefuseAsync(400, null, BadTag);
            return;
        }

        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json",
            ["layers"] = new JsonArray(new JsonObject
            {
                ["digest"] = $"sha256:{model.Sha256}",
                ["mediaType"] = "application/vnd.ollama.image.model",
                ["size"] = model.Size,
            }),
        };
        if (exchange.Request.UserAgent.Contains("llama-cpp", StringComparison.OrdinalIgnoreCase))
        {
            manifest["ggufFile"] = Describe(model);
            if (sidecar is not null)
            {
                manifest["mmprojFile"] = Describe(sidecar);
            }
        }

        await exchange.SendJsonAsync(manifest);
    }

    private static bool IsSidecar(FakeFile file) => file.Path.Contains("mmproj", StringComparison.OrdinalIgnoreCase);

    private static bool Has(FakeFile file, string quant) => file.Path.Contains($"-{quant}.", StringComparison.OrdinalIgnoreCase)
        || file.Path.Contains($".{quant}.", StringComparison.OrdinalIgnoreCase)
        || file.Path.Contains($"-{quant}-0", StringComparison.OrdinalIgnoreCase);

    private static JsonObject Describe(FakeFile file) => new()
    {
        ["rfilename"] = file.Path,
        ["blobId"] = $"sha256:{file.Sha256}",
        ["size"] = file.Size,
        ["lfs"] = new JsonObject { ["sha256"] = file.Sha256, ["size"] = file.Size, ["pointerSize"] = file.Content.LfsPointer().Length },
    };
}
