namespace NativeHost.EndToEnd.Tests;

/// <summary>A hub with a model that tells stories and is large enough to be stopped half way.</summary>
internal sealed class StoryHub : IAsyncDisposable
{
    public const string Repo = "acme/story-GGUF";

    /// <summary>What clients write to mean the model.</summary>
    public const string Address = $"{Repo}:Q4_K_M";

    /// <summary>Bytes of the model.</summary>
    public const int Size = 24 * 1024 * 1024;

    private StoryHub(FakeHub hub) => Hub = hub;

    public FakeHub Hub { get; }

    public static async Task<StoryHub> StartAsync(CancellationToken cancellationToken)
    {
        // What follows the last tensor is no part of the model.
        var bytes = new byte[Size];
        new Random(1).NextBytes(bytes);
        var model = await File.ReadAllBytesAsync(Repository.StoryModel, cancellationToken);
        model.CopyTo(bytes, 0);
        var hub = await FakeHub.StartAsync();
        hub.AddRepo(Repo).AddFile("story-Q4_K_M.gguf", bytes, isLfs: true);
        return new StoryHub(hub);
    }

    /// <summary>Makes it the hub of all that live in a home.</summary>
    public void Serve(TemporaryHome home) => home.Variables["HF_ENDPOINT"] = Hub.Endpoint.AbsoluteUri;

    /// <summary>Waits until nothing is under way any more.</summary>
    /// <returns>Bytes of files that were sent.</returns>
    public async Task<long> ServedAsync(CancellationToken cancellationToken)
    {
        while (Hub.Transfers > 0)
        {
            await Task.Delay(1, cancellationToken);
        }

        return Hub.ServedBytes;
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
