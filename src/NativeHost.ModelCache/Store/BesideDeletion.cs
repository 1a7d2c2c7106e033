namespace NativeHost.ModelCache.Store;

/// <summary>Does again what did not succeed because somebody deleted the repository, with the folders that were about to be written to.</summary>
internal static class BesideDeletion
{
    /// <summary>Who deletes in between ten times does not want it; and a folder that is gone for another reason stays gone.</summary>
    private const int MostAttempts = 10;

    /// <summary>Runs it until no file and no folder was missing on the way.</summary>
    /// <param name="act">Makes the folders that it needs.</param>
    public static void Do(Action act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                act();
                return;
            }
            catch (Exception e) when (attempt < MostAttempts && IsAboutMissingFiles(e))
            {
                // From the beginning.
            }
        }
    }

    /// <inheritdoc cref="Do"/>
    public static async Task DoAsync(Func<Task> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await act();
                return;
            }
            catch (Exception e) when (attempt < MostAttempts && IsAboutMissingFiles(e))
            {
                // From the beginning.
            }
        }
    }

    private static bool IsAboutMissingFiles(Exception failure) => (failure.InnerException ?? failure) is FileNotFoundException or DirectoryNotFoundException;
}
