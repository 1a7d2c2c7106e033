namespace NativeHost.Testing;

/// <summary>How long tests wait for what should come at once.</summary>
internal static class Patience
{
    /// <summary>Cancelled after a minute: what never comes then fails the one test that waits for it, and not the run.</summary>
    public static CancellationToken Token => new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;
}
