namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>Waits for what cannot be heard of.</summary>
internal static class Until
{
    /// <exception cref="OperationCanceledException">It did not come.</exception>
    public static async Task TrueAsync(Func<bool> condition)
    {
        // One for all the waiting, not one for each step.
        var patience = Patience.Token;
        while (!condition())
        {
            await Task.Delay(1, patience);
        }
    }
}
