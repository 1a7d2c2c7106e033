using System.Globalization;
using NativeHost.Storage.Messages;
using Xunit;

namespace NativeHost.Storage.Tests.Kills;

/// <summary>Processes that write to a store are killed at any time: it opens, and has every message that was acknowledged.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>How many processes are killed instead of the usual few; scripts/full.cs sets it.</summary>
    private const string CountVariable = "TABAGENT_FAULTS";

    private const int UsualCount = 15;
    private const int Stores = 3;
    private const int Seed = 20_261;

    private readonly string _home = Directory.CreateTempSubdirectory("kills-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task However_a_process_dies_what_it_was_told_is_stored()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var asked) ? asked : UsualCount;
        var tallies = await Task.WhenAll(Enumerable.Range(0, Stores).Select(store => Task.Run(() => KillManyAsync(store, (count + store) / Stores), Patience.Token)));
        var tally = tallies.Aggregate(static (one, other) => one + other);
        output.WriteLine(tally.ToString());

        Assert.Equal(count, tally.Kills);
        Assert.Equal(0, tally.Lost + tally.Wrong + tally.Returned + tally.Recoveries);
        Assert.True(tally.Acknowledged > tally.Kills);
        Assert.InRange(tally.Interrupted, 1, tally.Kills);
    }

    private async Task<Tally> KillManyAsync(int number, int count)
    {
        var random = new Random(Seed + number);
        var folder = Path.Combine(_home, string.Create(CultureInfo.InvariantCulture, $"store{number}"));
        var tally = default(Tally);
        var all = new List<(AcknowledgedKind Kind, string Id)>();
        for (var round = 0; round < count; round++)
        {
            var told = folder + string.Create(CultureInfo.InvariantCulture, $".{round}");
            using var process = ChildTest.Start(typeof(KilledProcess), nameof(KilledProcess.Write), KilledProcess.WordsVariable, folder, told, round);
            while (new FileInfo(told) is not { Exists: true, Length: > 0 })
            {
                Assert.False(process.HasExited);
                await Task.Delay(10, Patience.Token);
            }

            await Task.Delay(random.Next(300), Patience.Token);
            process.Kill();
            await process.WaitForExitAsync(Patience.Token);
            var acknowledged = Acknowledgements.Read(told);
            all.AddRange(acknowledged);
            tally += Look(folder, acknowledged) with { Kills = 1 };
        }

        // What was there after its own process died is there after all of them.
        return tally + (Look(folder, all) with { Acknowledged = 0, Interrupted = 0 });
    }

    private static Tally Look(string folder, IReadOnlyList<(AcknowledgedKind Kind, string Id)> told)
    {
        using var store = ConversationStore.Open(new StoreOptions { Folder = folder, Time = TimeProvider.System });
        Assert.InRange(store.Interrupted, 0, 1);
        var tally = new Tally { Acknowledged = told.Count, Interrupted = store.Interrupted, Recoveries = store.Recovery is null ? 0 : 1 };
        var deleting = told.Where(entry => entry.Kind == AcknowledgedKind.Deleting).Select(entry => entry.Id).ToHashSet();
        foreach (var (kind, id) in told)
        {
            if (kind == AcknowledgedKind.Deleted)
            {
                tally += new Tally { Returned = store.Conversations.Find(Writing.Caller, id) is null ? 0 : 1 };
            }
            else if (kind != AcknowledgedKind.Deleting && !deleting.Contains(id.Split('/')[0]))
            {
                tally += Look(store, kind, id);
            }
        }

        return tally;
    }

    private static Tally Look(ConversationStore store, AcknowledgedKind kind, string id)
    {
        if (store.Messages.Find(Writing.Caller, id) is not { } message)
        {
            return new Tally { Lost = 1 };
        }

        var text = Writing.TextOf(id);
        var isRight = message.Status == MessageStatus.Complete
            ? string.Equals(message.Content, text, StringComparison.Ordinal)
            : kind == AcknowledgedKind.Begun && message.Status == MessageStatus.Interrupted && text.StartsWith(message.Content, StringComparison.Ordinal);
        return new Tally { Wrong = isRight ? 0 : 1 };
    }

    /// <param name="Kills">Processes that were killed.</param>
    /// <param name="Acknowledged">What they had been told that it is stored.</param>
    /// <param name="Interrupted">Messages that were being written then, and are marked so.</param>
    /// <param name="Lost">Of what was acknowledged, what is not there.</param>
    /// <param name="Wrong">What is there and is not what was written.</param>
    /// <param name="Returned">What was deleted and is there.</param>
    /// <param name="Recoveries">Files that were taken for damaged.</param>
    private readonly record struct Tally(int Kills, int Acknowledged, int Interrupted, int Lost, int Wrong, int Returned, int Recoveries)
    {
        public static Tally operator +(Tally one, Tally other) => new(
            one.Kills + other.Kills,
            one.Acknowledged + other.Acknowledged,
            one.Interrupted + other.Interrupted,
            one.Lost + other.Lost,
            one.Wrong + other.Wrong,
            one.Returned + other.Returned,
            one.Recoveries + other.Recoveries);
    }
}
