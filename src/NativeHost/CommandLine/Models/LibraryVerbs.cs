using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Library;
using NativeHost.ModelCache;
using NativeHost.Settings;

namespace NativeHost.CommandLine.Models;

/// <summary>What every verb about models on this machine does around its own work.</summary>
/// <param name="output">Stdout.</param>
/// <param name="errors">Stderr.</param>
/// <param name="screen">Stdout again, for words.</param>
/// <param name="open">Opens the user's library.</param>
internal sealed class LibraryVerbs(TextWriter output, TextWriter errors, Screen screen, Func<ModelLibrary> open)
{
    /// <summary>Of the user who runs this process, with what that user chose.</summary>
    /// <inheritdoc cref="LibraryVerbs(TextWriter, TextWriter, Screen, Func{ModelLibrary})"/>
    public static LibraryVerbs OfThisUser(TextWriter output, TextWriter errors)
        => new(output, errors, Screen.OfOutput(output), () => ModelLibrary.OfThisUser(ReadSettings(errors)));

    public static Option<bool> JsonOption() => new("--json") { Description = "Print the outcome as JSON, and nothing else to stdout." };

    /// <summary>Where a verb's words go: beside the JSON, where that is asked for.</summary>
    public Screen WordsBeside(bool isJson) => isJson ? new Screen(errors, isLive: false, hasColours: false) : screen;

    /// <summary>Runs it on the user's library; what is wrong with a model or the cache is told, and is no crash.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<ModelLibrary, Task<int>> work)
    {
        try
        {
            await using var library = open();
            return await work(library);
        }
        catch (ModelCacheException e)
        {
            await screen.EraseAsync();
            foreach (var line in FailureWords.Of(e))
            {
                await errors.WriteLineAsync(line);
            }

            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            await screen.LeaveAsync();
            throw;
        }
    }

    public Task WriteJsonAsync<T>(T outcome, JsonTypeInfo<T> type) => output.WriteLineAsync(JsonSerializer.Serialize(outcome, type));

    /// <summary>Tells what went wrong beside the work.</summary>
    public Task ComplainAsync(string problem) => errors.WriteLineAsync($"tabagent: {problem}");

    private static HostSettings ReadSettings(TextWriter errors)
    {
        foreach (var problem in UserSettings.OfThisProcess.Problems)
        {
            errors.WriteLine($"tabagent: {problem}");
        }

        return UserSettings.OfThisProcess.Values;
    }
}
