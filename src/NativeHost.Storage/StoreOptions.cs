using NativeHost.Storage.Database;
using NativeHost.Storage.Database.Opening;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage;

/// <summary>How a store is opened.</summary>
public sealed record StoreOptions
{
    /// <summary>The folder of its files, an absolute path. It is made where it is not there, and becomes the user's alone.</summary>
    public required string Folder { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>How much of an origin's conversations is kept, by its name. Asked often, from any thread, and quick.</summary>
    public Func<string, RetentionLimits> Limits { get; init; } = static _ => RetentionLimits.None;

    /// <summary>Steps from older versions of the schema.</summary>
    internal IReadOnlyList<MigrationStep> MigrationSteps { get; init; } = StoreOpening.Steps;

    /// <summary>Opens one of the store's files.</summary>
    internal Func<string, IStoreFile> OpenFile { get; init; } = DiskFile.Open;
}
