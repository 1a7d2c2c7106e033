namespace NativeHost.ModelCache.Blobs;

/// <summary>Where a download writes before it publishes.</summary>
internal sealed record PartPaths(string Part, string Journal)
{
    /// <summary>The blob's own, or this process's where a lock keeps nobody out.</summary>
    public static PartPaths Of(BlobFiles files, bool isLockReal)
        => isLockReal ? new(files.Part, files.Journal) : new(files.PartOf(Environment.ProcessId), files.JournalOf(Environment.ProcessId));

    public void Delete()
    {
        File.Delete(Part);
        File.Delete(Journal);
    }
}
