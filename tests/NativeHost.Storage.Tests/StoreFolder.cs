namespace NativeHost.Storage.Tests;

/// <summary>A folder for a store, which goes when the test ends.</summary>
internal sealed class StoreFolder : IDisposable
{
    public StoreFolder() => Path = Directory.CreateTempSubdirectory("store-").FullName;

    public string Path { get; }

    public ManualTime Time { get; } = new();

    public ConversationStore Open() => ConversationStore.Open(new StoreOptions { Folder = Path, Time = Time });

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
