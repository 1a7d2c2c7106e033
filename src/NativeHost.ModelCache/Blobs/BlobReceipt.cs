namespace NativeHost.ModelCache.Blobs;

/// <summary>How a blob came to be there.</summary>
/// <param name="ReceivedBytes">Bytes that came over the network for it, here.</param>
public sealed record BlobReceipt(BlobOrigin Origin, long ReceivedBytes);

public enum BlobOrigin
{
    /// <summary>It was there and known to be good.</summary>
    Known,

    /// <summary>Another program had put it there; it was verified now.</summary>
    Adopted,

    /// <summary>It was downloaded here, at least its end.</summary>
    Downloaded,

    /// <summary>Another process downloaded it meanwhile.</summary>
    Observed,
}
