using System.Globalization;
using Xunit;

namespace NativeHost.Storage.Tests.Kills;

/// <summary>What runs in the processes that <see cref="KillTests"/> kills.</summary>
public sealed class KilledProcess
{
    /// <summary>Where a process finds the store's folder, the file for what it is told, and its round.</summary>
    public const string WordsVariable = "TABAGENT_KILL_TEST";

    [Fact(Explicit = true)]
    public void Write()
    {
        var words = Environment.GetEnvironmentVariable(WordsVariable)!.Split('|');
        using var store = ConversationStore.Open(new StoreOptions { Folder = words[0], Time = new HurriedTime() });
        using var acknowledgements = new Acknowledgements(words[1]);
        var writing = new Writing(store, acknowledgements, int.Parse(words[2], CultureInfo.InvariantCulture));
        var stream = new Thread(writing.Stream) { IsBackground = true };
        stream.Start();
        writing.Add();
    }
}
