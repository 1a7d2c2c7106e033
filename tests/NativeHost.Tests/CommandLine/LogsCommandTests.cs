using System.CommandLine;
using System.IO.Pipes;
using NativeHost.CommandLine;
using NativeHost.Framing;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.CommandLine;

public sealed class LogsCommandTests : IDisposable
{
    private const string First = "2026-01-31 10:00:00.000 +00:00 [INF] first";
    private const string Second = "2026-01-31 10:00:01.000 +00:00 [INF] second";
    private const string Third = "2026-01-31 10:00:02.000 +00:00 [INF] third";

    private readonly TemporaryFolder _root = new();

    private string Logs => Path.Combine(_root.Path, "logs");

    [Fact]
    public void The_commands_of_the_readme_print_all_roles_merged_one_role_and_the_last_lines()
    {
        _root.Write($"{First}\n{Third}\n", "logs", "broker-20260131.log");
        _root.Write($"{Second}\n", "logs", "worker-20260131.log");

        Assert.Equal([$"broker   {First}", $"worker   {Second}", $"broker   {Third}"], Lines(Run("logs")));
        Assert.Equal([$"broker   {Third}"], Lines(Run("logs", "-n", "1")));
        Assert.Equal([$"worker   {Second}", $"broker   {Third}"], Lines(Run("logs", "--lines", "2")));
        Assert.Equal([First, Third], Lines(Run("logs", "--role", "broker")));
    }

    [Fact]
    public void Two_hundred_lines_are_printed_where_nothing_else_is_asked_for()
    {
        _root.Write(string.Concat(Enumerable.Repeat($"{First}\n", 300)), "logs", "broker-20260131.log");

        Assert.Equal(200, Lines(Run("logs")).Length);
    }

    [Fact]
    public void Where_there_are_no_logs_it_says_so_and_ends_well()
    {
        var noFolder = Run("logs");
        Directory.CreateDirectory(Logs);
        var noFile = Run("logs");
        _root.Write($"{First}\n", "logs", "broker-20260131.log");
        var noRole = Run("logs", "--role", "worker");

        Assert.Equal((0, $"There are no logs yet in {Logs}."), (noFolder.ExitCode, noFolder.Text.TrimEnd()));
        Assert.Equal(noFolder, noFile);
        Assert.Equal(
            (0, $"There are no logs of worker in {Logs}; there are some of broker."), (noRole.ExitCode, noRole.Text.TrimEnd()));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    public void A_number_of_lines_that_is_none_is_refused(string lines)
    {
        var answer = Run("logs", "-n", lines);

        Assert.NotEqual(0, answer.ExitCode);
    }

    [Fact]
    public async Task A_log_that_is_followed_is_printed_as_it_grows_until_Ctrl_C()
    {
        var time = new DelayByDelayTime();
        using var output = new StringWriter();
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Patience.Token);
        _root.Write($"{First}\n", "logs", "broker-20260131.log");

        var following = Command(output, time).Parse(["logs", "-f", "-n", "1"])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false }, interrupt.Token);
        await time.WaitForDelayAsync();
        var atFirst = output.ToString();
        await File.AppendAllTextAsync(Path.Combine(Logs, "broker-20260131.log"), $"{Second}\n", Patience.Token);
        _root.Write($"{Third}\n", "logs", "broker-20260131_001.log");
        time.EndDelay();
        await time.WaitForDelayAsync();
        var afterTheRoll = output.ToString();
        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        Assert.Equal([$"broker   {First}"], Lines(atFirst));
        Assert.Equal([$"broker   {First}", $"broker   {Second}", $"broker   {Third}"], Lines(afterTheRoll));
    }

    [Fact]
    public void A_reader_that_has_seen_enough_ends_it_well()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Writes to a descriptor of Unix.");
        _root.Write(string.Concat(Enumerable.Repeat($"{First}\n", 300)), "logs", "broker-20260131.log");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.DisposeLocalCopyOfClientHandle();
        var output = new StreamWriter(new DescriptorStream((int)pipe.SafePipeHandle.DangerousGetHandle())) { AutoFlush = true };

        var exitCode = Command(output, TimeProvider.System).Parse("logs").Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

        Assert.Equal(0, exitCode);
    }

    public void Dispose() => _root.Dispose();

    private static string[] Lines(Answer answer) => Lines(answer.Text);

    private static string[] Lines(string text) => text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private RootCommand Command(TextWriter output, TimeProvider time) => [LogsCommand.Create(Logs, output, time)];

    private Answer Run(params string[] arguments)
    {
        using var output = new StringWriter();
        var exitCode = Command(output, TimeProvider.System).Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = output });
        return new Answer(exitCode, output.ToString());
    }
}
