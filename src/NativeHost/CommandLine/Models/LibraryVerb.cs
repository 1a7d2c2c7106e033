using NativeHost.Library;
using NativeHost.ModelCache;
using NativeHost.Settings;

namespace NativeHost.CommandLine.Models;

/// <summary>What every verb about models on this machine does around its own work.</summary>
internal static class LibraryVerb
{
    /// <summary>Runs it on the user's library; what is wrong with a model or the cache is told, and is no crash.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(TextWriter errors, Func<ModelLibrary, Task<int>> work)
    {
        try
        {
            await using var library = ModelLibrary.OfThisUser(await ReadSettingsAsync(errors));
            return await work(library);
        }
        catch (ModelCacheException e)
        {
            await errors.WriteLineAsync($"tabagent: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static async Task<HostSettings> ReadSettingsAsync(TextWriter errors)
    {
        try
        {
            return SettingsFile.Read(AppFolders.Config());
        }
        catch (SettingsUnreadableException e)
        {
            await errors.WriteLineAsync($"tabagent: {e.Message}");
            return HostSettings.Default;
        }
    }
}
