using System.Diagnostics.CodeAnalysis;

namespace NativeHost.ModelCache.Blobs;

/// <summary>A request did not bring what was asked for; there will be another. Stays inside this folder.</summary>
[SuppressMessage("Design", "CA1064", Justification = "Nobody outside can meet it.")]
internal sealed class TransferException(TransferTrouble trouble, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public TransferTrouble Trouble { get; } = trouble;

    /// <summary>How long the server asks to be left alone; null where it does not say.</summary>
    public TimeSpan? Wait { get; init; }
}

internal enum TransferTrouble
{
    /// <summary>The answer is not the stretch that was asked for; perhaps the address has expired.</summary>
    Refused,

    /// <summary>The stretch comes from another file, as far as the server's name for it tells.</summary>
    OtherTag,

    /// <summary>The server has too much to do.</summary>
    Busy,

    /// <summary>Too many requests.</summary>
    Throttled,

    /// <summary>It broke off, or stood still.</summary>
    Broken,
}
