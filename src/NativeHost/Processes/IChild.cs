namespace NativeHost.Processes;

/// <summary>A program that runs, whose output is read as it comes.</summary>
internal interface IChild : IDisposable
{
    /// <summary>
    /// Completes when it has ended and its output is complete, with its exit code; null where the system does not say. It waits for no
    /// program that this one left behind, whatever that holds open.
    /// </summary>
    Task<int?> Ended { get; }

    /// <summary>Ends it and what it started, at once. Nothing happens where it has ended.</summary>
    void Kill();
}
