namespace NativeHost.Storage.Tests;

/// <summary>A folder for a store, which goes when the test ends.</summary>
internal sealed class StoreFolder : IDisposable
{
    public StoreFolder() => Path = Directory.CreateTempSubdirectory("store-").FullName;

    public string Path { get; }

    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));

    public FaultyDisk Disk { get; } = new();

    public string Data => System.IO.Path.Combine(Path, "conversations.db");

    public string Journal => System.IO.Path.Combine(Path, "conversations.journal");

    public StoreOptions Options => new() { Folder = Path, Time = Time, OpenFile = Disk.Open };

    public ConversationStore Open() => ConversationStore.Open(Options);

    /// <summary>The bytes of a file, also while a store has it.</summary>
    public static byte[] ReadOpen(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
