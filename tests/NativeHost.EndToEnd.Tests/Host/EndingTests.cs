namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>How what a browser starts ends, by the exit code that its peer sees.</summary>
public abstract class EndingTests(HostProgram program)
{
    private const int EndOfStream = 0;
    private const int BoundaryLost = 3;
    private const int Terminated = 128 + 15;

    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(2);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task The_end_of_input_ends_it_within_two_seconds()
    {
        await using var home = new TemporaryHome();
        await using var host = await StartAsync(home);

        host.EndInput();

        Assert.Equal(EndOfStream, await host.ExitAsync(ExitPatience, Timeout));
        Assert.Empty(await host.ReceiveAllAsync(Timeout));
    }

    [Fact]
    public async Task The_end_of_input_ends_it_within_two_seconds_in_the_middle_of_an_answer()
    {
        await using var home = new TemporaryHome();
        await using var host = await StartAsync(home);
        await host.AskAsync(Requests.LoadStoryModel(), Timeout);

        await host.SendFrameAsync(Requests.GenerateRambling(seed: 1).ToJsonString(), Timeout);
        Assert.NotNull(await host.ReceiveAsync(Timeout));
        host.EndInput();

        Assert.Equal(EndOfStream, await host.ExitAsync(ExitPatience, Timeout));
    }

    [Fact]
    public async Task A_frame_longer_than_any_browser_sends_gets_one_error_and_exit_code_3()
    {
        await using var home = new TemporaryHome();
        await using var host = await StartAsync(home);

        await host.SendBytesAsync(BitConverter.GetBytes((64u * 1024 * 1024) + 1), Timeout);
        var frames = await host.ReceiveAllAsync(Timeout);

        Assert.Equal("error", Assert.Single(frames)["status"]?.ToString());
        Assert.Equal(BoundaryLost, await host.ExitAsync(ExitPatience, Timeout));
    }

    [Theory]
    [InlineData(new byte[] { 5, 0 })]
    [InlineData(new byte[] { 5, 0, 0, 0, (byte)'{' })]
    public async Task Input_that_ends_inside_a_frame_gives_one_error_and_exit_code_3(byte[] begun)
    {
        await using var home = new TemporaryHome();
        await using var host = await StartAsync(home);

        await host.SendBytesAsync(begun, Timeout);
        host.EndInput();
        var frames = await host.ReceiveAllAsync(Timeout);

        Assert.Equal("error", Assert.Single(frames)["status"]?.ToString());
        Assert.Equal(BoundaryLost, await host.ExitAsync(ExitPatience, Timeout));
    }

    [Fact]
    public async Task A_termination_signal_ends_it_within_two_seconds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var home = new TemporaryHome();
        await using var host = await StartAsync(home);

        await host.TerminateAsync(Timeout);

        Assert.Contains(await host.ExitAsync(ExitPatience, Timeout), new[] { EndOfStream, Terminated });
    }

    // A host that has answered is past its start-up, which the limits on ending do not cover.
    private async Task<HostProcess> StartAsync(TemporaryHome home)
    {
        var host = HostProcess.StartAsBrowser(home, program);
        await host.AskAsync(Requests.Ping(), Timeout);
        return host;
    }
}

public sealed class HostEndingTests() : EndingTests(HostProgram.InProcess);

public sealed class FrontEndingTests() : EndingTests(HostProgram.Front);
