using System.Diagnostics;
using System.Globalization;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.Storage;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;

namespace NativeHost.Benchmarks.Storage;

/// <summary>Appends, lists and looks in a store of 100,000 messages and one conversation of 10,000 more, on the disk of a folder.</summary>
internal sealed class StorageBench(string folder)
{
    private const int Conversations = 1000;
    private const int MessagesEach = 100;
    private const int LongConversation = 10_000;
    private const int Appends = 1000;
    private const int Looks = 300;
    private const string Long = "long";

    private static readonly StoreCaller Caller = new("chrome-extension://abcdefghijklmnopabcdefghijklmnop/");

    // A paragraph of some 700 characters.
    private static readonly string Paragraph = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog. ", 15));

    private readonly string _store = Path.Combine(folder, "storage-bench");
    private readonly Random _random = new(1);

    public void Run()
    {
        Directory.CreateDirectory(folder);
        try
        {
            Fill();
            Measure();
        }
        finally
        {
            Directory.Delete(_store, recursive: true);
        }
    }

    private void Fill()
    {
        using var store = Open();
        for (var number = 0; number < Conversations; number++)
        {
            Add(store, Name(number), MessagesEach);
        }

        Add(store, Long, LongConversation);
    }

    private void Measure()
    {
        var watch = Stopwatch.StartNew();
        using var store = Open();
        Figures.Print("open the store", Ms(watch.Elapsed.TotalMilliseconds));
        watch.Restart();
        Look(store, Name(0));
        Figures.Print("the first look of a process, compiled as it goes", Ms(watch.Elapsed.TotalMilliseconds));
        Figures.Print("open a conversation of 100 messages", Times(Looks, () => Look(store, AnyName())), "≤ 10 ms");
        watch.Restart();
        Look(store, Long);
        Figures.Print("open a conversation of 10,000 messages, first time", Ms(watch.Elapsed.TotalMilliseconds));
        Figures.Print("the same again", Times(Looks, () => Look(store, Long)), "≤ 10 ms");
        Figures.Print("list 50 conversations", Times(Looks, () => List(store, 0)), "≤ 10 ms");
        Figures.Print("list 50 conversations behind 800", Times(Looks, () => List(store, 800)));
        using (var plain = new FileStream(Path.Combine(_store, "plain"), FileMode.Create))
        {
            plain.Write(new byte[16 * 1024 * 1024]);
            plain.Flush(flushToDisk: true);
            Figures.Print("write 64 KiB over a plain file and flush", Times(Appends, () => WriteOver(plain)));
        }

        Figures.Print("append a message, flushed", Times(Appends, () => Append(store, AnyName(), Paragraph)), "≤ 5 ms");
        MeasureReadsBeside("appends of others", store, () => Append(store, AnyName(), Paragraph), times: Appends);
        MeasureReadsBeside("a message of 10 MB", store, () => Append(store, AnyName(), new string('x', 10_000_000)), times: 5);
        watch.Restart();
        store.Conversations.Delete(Caller, Long);
        Figures.Print("delete a conversation of 10,000 messages", Ms(watch.Elapsed.TotalMilliseconds));
        var report = store.Retention.Report(Caller);
        Figures.Print("file, MB, with the texts of 10 MB", string.Create(CultureInfo.InvariantCulture, $"{report.FileBytes / 1e6:F0}"));
        Figures.Print("resident, MB", string.Create(CultureInfo.InvariantCulture, $"{Environment.WorkingSet / 1e6:F0}"));
    }

    private static void MeasureReadsBeside(string what, ConversationStore store, Action write, int times)
    {
        using var done = new CancellationTokenSource();
        var waits = new List<double>();
        var reader = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                waits.Add(TimeOf(() => List(store, 0)));
                Thread.Yield();
            }
        });
        reader.Start();
        for (var time = 0; time < times; time++)
        {
            write();
        }

        done.Cancel();
        reader.Join();
        Figures.Print($"list 50 beside {what}", Times(waits));
    }

    private ConversationStore Open() => ConversationStore.Open(new StoreOptions { Folder = _store, Time = TimeProvider.System });

    private static void Add(ConversationStore store, string conversation, int count)
    {
        store.Conversations.Create(Caller, new NewConversation { Id = conversation, Title = conversation });
        foreach (var some in Enumerable.Range(0, count).Chunk(MessagesEach))
        {
            store.Messages.Add(
                Caller, conversation, [.. some.Select(number => new NewMessage(number % 2 == 0 ? "user" : "assistant") { Content = Paragraph })]);
        }
    }

    private static void Append(ConversationStore store, string conversation, string content)
        => store.Messages.Add(Caller, conversation, [new NewMessage("user") { Content = content }]);

    private static void Look(ConversationStore store, string conversation) => store.Messages.Page(Caller, conversation, new MessageQuery { Limit = 100 });

    private static void List(ConversationStore store, int offset)
        => store.Conversations.List(Caller, new ConversationQuery { Limit = 50, Offset = offset });

    private void WriteOver(FileStream file)
    {
        file.Position = _random.Next(200) * 64 * 1024;
        file.Write(new byte[64 * 1024]);
        file.Flush(flushToDisk: true);
    }

    private string AnyName() => Name(_random.Next(Conversations));

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"conversation {number}");

    private static string Times(int count, Action action) => Times([.. Enumerable.Range(0, count).Select(_ => TimeOf(action))]);

    private static string Times(List<double> times)
    {
        times.Sort();
        return $"{Ms(times[times.Count / 2])} median, {Ms(times[times.Count * 99 / 100])} at 99 %, {Ms(times[^1])} at most";
    }

    private static double TimeOf(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Ms(double time) => string.Create(CultureInfo.InvariantCulture, $"{time:F2} ms");
}
