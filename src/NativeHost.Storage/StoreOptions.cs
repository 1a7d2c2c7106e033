using NativeHost.Storage.Database;

namespace NativeHost.Storage;

/// <summary>How a store is opened.</summary>
public sealed record StoreOptions
{
    /// <summary>The folder of its files, an absolute path. It is made where it is not there, and becomes the user's alone.</summary>
    public required string Folder { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Opens one of the store's files.</summary>
    internal Func<string, IStoreFile> OpenFile { get; init; } = DiskFile.Open;
}
