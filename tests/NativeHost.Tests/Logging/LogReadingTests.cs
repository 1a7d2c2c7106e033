using System.Globalization;
using System.Text;
using NativeHost.Logging.Reading;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Logging;

public sealed class LogReadingTests : IDisposable
{
    private const string Day = "20260131";

    private readonly TemporaryFolder _logs = new();

    [Fact]
    public void Lines_of_all_roles_stand_in_the_order_of_their_times()
    {
        Write("broker", At(1, "b1"), At(4, "b4"), At(6, "b6"));
        Write("tabagent", At(2, "t2"), At(5, "t5"));
        Write("worker", At(3, "w3"));

        var lines = Tail(100);

        Assert.Equal([At(1, "b1"), At(2, "t2"), At(3, "w3"), At(4, "b4"), At(5, "t5"), At(6, "b6")], lines.Select(line => line.Text));
        Assert.Equal(["broker", "tabagent", "worker", "broker", "tabagent", "broker"], lines.Select(line => line.Role));
    }

    [Fact]
    public void The_last_lines_are_those_with_the_latest_times_across_files_and_roles()
    {
        _logs.Write(Joined(At(1, "b1"), At(2, "b2")), $"broker-{Day}.log");
        _logs.Write(Joined(At(4, "b4")), $"broker-{Day}_001.log");
        _logs.Write(Joined(At(60 * 60 * 24, "next day")), "broker-20260201.log");
        Write("worker", At(3, "w3"));

        Assert.Equal([At(3, "w3"), At(4, "b4"), At(60 * 60 * 24, "next day")], Texts(3));
        Assert.Equal([At(1, "b1"), At(2, "b2"), At(3, "w3")], Texts(100).Take(3));
        Assert.Empty(Texts(0));
    }

    [Fact]
    public void Times_of_different_zones_are_compared_as_moments()
    {
        Write("broker", "2026-01-31 12:00:00.000 +02:00 [INF] first");
        Write("worker", "2026-01-31 11:00:00.000 +00:00 [INF] second");

        Assert.EndsWith("first", Texts(2)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(3)]
    [InlineData(2)]
    public void A_stack_trace_stays_with_the_line_it_belongs_to(int count)
    {
        Write("broker", At(2, "failed"), "System.Exception: why", "   at Here()", "", At(9, "later"));
        Write("worker", At(3, "w3"));

        string[] all = [At(2, "failed"), "System.Exception: why", "   at Here()", "", At(3, "w3"), At(9, "later")];
        Assert.Equal(all[^count..], Texts(count));
    }

    [Fact]
    public void A_stack_trace_that_is_longer_than_what_is_asked_for_still_has_its_time()
    {
        Write("broker", At(1, "failed before"), "   at Here()", At(9, "failed"), "   at A()", "   at B()", "   at C()");
        Write("worker", At(3, "w3"));

        Assert.Equal(["   at B()", "   at C()"], Texts(2));
    }

    [Fact]
    public void A_large_file_is_read_from_its_end_and_no_further_than_is_needed()
    {
        var line = At(1, new string('x', 100));
        using (var file = new StreamWriter(Path.Combine(_logs.Path, $"broker-{Day}.log")))
        {
            for (var count = 0; count < 200_000; count++)
            {
                file.Write(line);
                file.Write('\n');
            }

            file.Write(At(2, "last but one") + "\n" + At(3, "last") + "\n");
        }

        Texts(2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var lines = Texts(10);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal([At(2, "last but one"), At(3, "last")], lines[^2..]);
        Assert.Equal(10, lines.Count);
        Assert.InRange(allocated, 0, 400_000);
    }

    [Fact]
    public void Lines_from_the_end_are_those_from_the_start_wherever_the_blocks_fall()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 60)).Select(_ => new string('é', random.Next(0, 3000))).ToArray();
            var content = Encoding.UTF8.GetBytes(Joined(lines));
            using var file = new MemoryStream(content);

            Assert.Equal(content.Length, BackwardLines.EndOfLastLine(file));
            Assert.Equal(lines.Reverse(), BackwardLines.Read(file, content.Length));
        }
    }

    [Fact]
    public void A_line_without_an_end_comes_in_pieces_and_none_of_it_is_lost()
    {
        var text = string.Concat(Enumerable.Range(0, 60_000).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"before\n{text}\nafter\n"));

        var pieces = BackwardLines.Read(file, file.Length).Reverse().ToList();

        Assert.Equal(("before", "after"), (pieces[0], pieces[^1]));
        Assert.Equal(text, string.Concat(pieces[1..^1]));
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, BackwardLines.MaxLineBytes));
    }

    [Fact]
    public void Only_files_of_the_log_are_read_and_nothing_in_them_reaches_the_terminal_as_a_command()
    {
        Write("broker", At(1, "\u001b]0;title\u0007\tü\u009b"));
        _logs.Write(At(2, "no") + "\n", "notes.log");
        _logs.Write(At(2, "no") + "\n", $"broker-{Day}.log.tmp");

        Assert.Equal([At(1, "\uFFFD]0;title\uFFFD\tü\uFFFD")], Texts(9));
    }

    [Fact]
    public void What_is_added_is_read_once_and_in_order_over_a_roll_and_in_the_older_file_after_it()
    {
        Write("broker", At(1, "old"));
        var follower = Follower();

        Append($"broker-{Day}.log", At(2, "before the roll"));
        Assert.Equal([At(2, "before the roll")], Texts(follower));

        Append($"broker-{Day}_001.log", At(4, "after the roll"));
        Append($"broker-{Day}.log", At(3, "another process, not rolled yet"));
        Append($"worker-{Day}.log", At(5, "a new role"));
        Assert.Equal([At(3, "another process, not rolled yet"), At(4, "after the roll"), At(5, "a new role")], Texts(follower));

        File.Delete(Path.Combine(_logs.Path, $"broker-{Day}.log"));
        Append($"broker-{Day}_001.log", At(6, "the oldest is gone"));
        Assert.Equal([At(6, "the oldest is gone")], Texts(follower));
        Assert.Empty(Texts(follower));
    }

    [Fact]
    public void A_line_that_is_still_being_written_is_read_when_it_is_whole()
    {
        Write("broker", At(1, "old"));
        _logs.Write(Joined(At(1, "old")) + "2026-01-31 00:0", $"broker-{Day}.log");
        Assert.Equal([At(1, "old")], Texts(9));
        var follower = Follower();

        Assert.Empty(Texts(follower));
        AppendRaw($"broker-{Day}.log", "0:02.000 +00:00 [INF] half ");
        Assert.Empty(Texts(follower));
        AppendRaw($"broker-{Day}.log", "and whole\n\n");

        Assert.Equal([At(2, "half and whole"), ""], Texts(follower));
    }

    [Fact]
    public void Much_that_was_added_at_once_comes_in_parts_and_whole()
    {
        var follower = Follower();
        var lines = Enumerable.Range(0, 5000).Select(number => At(number, "line")).ToArray();
        Append($"broker-{Day}.log", lines);

        var read = new List<string>();
        for (var more = Texts(follower); more.Count > 0; more = Texts(follower))
        {
            Assert.InRange(more.Count, 1, 2000);
            read.AddRange(more);
        }

        Assert.Equal(lines, read);
    }

    public void Dispose() => _logs.Dispose();

    private static string At(int second, string text)
        => new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero).AddSeconds(second).ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture)
            + $" [INF] {text}";

    private static string Joined(params IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static List<string> Texts(LogFollower follower) => [.. follower.ReadMore().Select(line => line.Text)];

    private IReadOnlyList<LogLine> Tail(int count) => LogTail.Read(LogFile.In(_logs.Path, role: null), count).Lines;

    private List<string> Texts(int count) => [.. Tail(count).Select(line => line.Text)];

    private LogFollower Follower() => new(_logs.Path, null, LogTail.Read(LogFile.In(_logs.Path, role: null), 0).Ends);

    private void Write(string role, params string[] lines) => _logs.Write(Joined(lines), $"{role}-{Day}.log");

    private void Append(string name, params string[] lines) => AppendRaw(name, Joined(lines));

    private void AppendRaw(string name, string text) => File.AppendAllText(Path.Combine(_logs.Path, name), text);
}
