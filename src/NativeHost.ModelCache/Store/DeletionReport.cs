namespace NativeHost.ModelCache.Store;

/// <summary>What a deletion did.</summary>
/// <param name="FreedBytes">That the disk has back. Nothing for bytes that are still needed, or have a path outside of the repository.</param>
/// <param name="Files">Files of snapshots that are gone.</param>
/// <param name="Held">Blobs that the system still holds, which the next start of a host removes; absolute paths.</param>
public sealed record DeletionReport(long FreedBytes, int Files, IReadOnlyList<string> Held);
