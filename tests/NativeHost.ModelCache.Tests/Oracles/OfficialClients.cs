using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace NativeHost.ModelCache.Tests.Oracles;

/// <summary>What the official clients say about the fake hub: they are asked once for all tests.</summary>
public sealed class OfficialClients : IAsyncLifetime
{
    private readonly string _cache = Path.Combine(Path.GetTempPath(), $"oracle-{Guid.NewGuid():N}");
    private JsonNode? _results;

    public FakeHub Hub { get; private set; } = null!;

    /// <summary>Has more files than a page, in a folder whose name has a space.</summary>
    public FakeRepo Many { get; private set; } = null!;

    /// <summary>Has no empty file, which the official client cannot download, and no folders, into which its scan does not look.</summary>
    public FakeRepo Whole { get; private set; } = null!;

    public FakeRepo Tiny => Hub.AddRepo(SampleRepos.Tiny);

    public async ValueTask InitializeAsync()
    {
        Hub = await FakeHub.StartAsync();
        SampleRepos.AddTo(Hub);
        Many = Hub.AddRepo("acme/many-GGUF");
        for (var i = 0; i < 2100; i++)
        {
            Many.AddFile(string.Create(CultureInfo.InvariantCulture, $"a b/größe {i}.txt"), $"{i}");
        }

        Whole = Hub.AddRepo("acme/whole-GGUF");
        Whole.AddFile("README.md", "# whole\n");
        Whole.AddGenerated("whole-Q8_0.gguf", 3_000_001);
    }

    /// <summary>What a call gave: "value", or "error" with "type" and "status".</summary>
    public async Task<JsonNode> ResultAsync(string call)
    {
        _results ??= JsonNode.Parse(await OfficialPackages.RunScriptAsync("official-clients.mjs",
            Hub.Endpoint.AbsoluteUri.TrimEnd('/'), SampleRepos.Token, SampleRepos.OtherToken, _cache))!;
        return _results[call] ?? throw new InvalidOperationException($"The script does not call \"{call}\".");
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        if (Directory.Exists(_cache))
        {
            Directory.Delete(_cache, recursive: true);
        }
    }
}
