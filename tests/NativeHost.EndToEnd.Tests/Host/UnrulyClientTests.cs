namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>What a browser starts, with a client that writes nonsense, or that never reads.</summary>
public abstract class UnrulyClientTests(HostProgram program)
{
    private const long Megabyte = 1024 * 1024;

    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task Nonsense_after_nonsense_is_answered_and_the_next_request_is_met()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, program);

        foreach (var nonsense in (string[])["", "[]", "{", "null", """{"action":7}""", """{"action":"no_such_action"}"""])
        {
            await host.SendFrameAsync(nonsense, Timeout);
            var answer = await host.ReceiveAsync(Timeout);
            Assert.Equal("error", answer?["status"]?.ToString());
        }

        await host.SendFrameAsync("""{"action":"ping"}""", Timeout);
        var pong = await host.ReceiveAsync(Timeout);
        Assert.Equal("pong", pong?["response"]?.ToString());
    }

    [Fact]
    public async Task A_client_that_never_reads_costs_no_memory_and_is_left_when_it_goes()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, program);
        await host.AskAsync(Requests.LoadStoryModel(), Timeout);
        await host.AskAsync(Requests.GenerateStory(), Timeout);
        var before = host.WorkingSet;

        // A story is some 20 kB of frames and a pipe holds 64 kB, so the host has to wait from the fourth one on.
        for (var story = 1; story <= 100; story++)
        {
            var request = Requests.GenerateStory();
            request["requestId"] = $"unread {story}";
            await host.SendFrameAsync(request.ToJsonString(), Timeout);
        }

        await Task.Delay(TimeSpan.FromSeconds(3), Timeout);
        Assert.InRange(host.WorkingSet - before, long.MinValue, 100 * Megabyte);

        host.EndInput();
        await host.ExitAsync(ExitPatience, Timeout);
    }

    [Fact]
    public async Task A_client_that_loses_the_frame_boundary_and_never_reads_does_not_hold_the_host()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, program);
        await host.AskAsync(Requests.LoadStoryModel(), Timeout);
        for (var story = 1; story <= 10; story++)
        {
            var request = Requests.GenerateStory();
            request["requestId"] = $"unread {story}";
            await host.SendFrameAsync(request.ToJsonString(), Timeout);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), Timeout);
        await host.SendBytesAsync(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, Timeout);

        Assert.Equal(3, await host.ExitAsync(ExitPatience, Timeout));
    }
}

public sealed class UnrulyClientOfHostTests() : UnrulyClientTests(HostProgram.InProcess);

public sealed class UnrulyClientOfFrontTests() : UnrulyClientTests(HostProgram.Front);
