namespace NativeHost.ModelCache.Blobs;

/// <summary>How bytes are asked for.</summary>
internal enum RangeMode
{
    /// <summary><c>bytes=a-b</c>, several at once.</summary>
    Closed,

    /// <summary><c>bytes=a-</c>, one at a time, for servers that refuse the others.</summary>
    Open,

    /// <summary>The whole file from its beginning, for servers without ranges, and for small files.</summary>
    Whole,
}
