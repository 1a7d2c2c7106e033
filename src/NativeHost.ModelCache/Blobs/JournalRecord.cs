namespace NativeHost.ModelCache.Blobs;

/// <summary>Says that a block lies in the part.</summary>
/// <param name="Block">Its index.</param>
/// <param name="Hash">XXH3-128 of its bytes as they were received.</param>
internal readonly record struct JournalRecord(int Block, UInt128 Hash);
