using NativeHost.Messages;
using NativeHost.Processes;
using NativeHost.Processes.Starting;

namespace NativeHost.Actions.LmStudio;

/// <summary>LM Studio's server: whether it runs, and how to start and stop it. It is the user's program, and is started only where somebody asks.</summary>
/// <remarks>Safe to use from any thread.</remarks>
/// <param name="userFolder">Absolute path of the user's own folder.</param>
/// <param name="endpoint">Where the server listens.</param>
internal sealed class LmStudioServer(string userFolder, Uri endpoint, TimeProvider time) : IDisposable
{
    private const int ToolOutputBytes = 4096;
    private const string StartFailed = "Failed to start LM Studio server";
    private const string StopFailed = "Failed to stop LM Studio server";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ToolPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long the server may take to start or to stop, all looks at it together.</summary>
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Where LM Studio's server listens unless somebody sets it up otherwise.</summary>
    public static Uri UsualEndpoint { get; } = new("http://127.0.0.1:1234");

    public LmStudioApi Api { get; } = new(endpoint, time);

    /// <summary>Where LM Studio is now.</summary>
    public LmStudioPlace Place => LmStudioPlace.In(userFolder);

    /// <summary>Starts the server where it does not run, and waits for its first answer.</summary>
    /// <exception cref="RequestException">There is no LM Studio, or it does not answer within ten seconds.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => InTurnAsync(
        StartFailed,
        async tool =>
        {
            if (await Api.StateAsync(cancellationToken) == LmStudioState.Runs)
            {
                return;
            }

            if (!tool.IsBootstrapped)
            {
                throw Failure(
                    ErrorCode.LmStudioNotBootstrapped,
                    "LM Studio CLI not bootstrapped. Run: lms bootstrap",
                    "Open LM Studio once as well: it leaves a note of where it is, by which lms starts it.");
            }

            StartTool(tool);
            if (!await ComesToAsync(LmStudioState.Runs, cancellationToken))
            {
                throw Failure(ErrorCode.LmStudioFailed, StartFailed, $"It does not answer at {LmStudioServerPayload.TextOf(Api.Endpoint)}.");
            }
        },
        cancellationToken);

    /// <summary>Lets LM Studio stop its server, and waits until it has.</summary>
    /// <exception cref="RequestException">There is no LM Studio, or the server runs still after ten seconds.</exception>
    public Task StopAsync(CancellationToken cancellationToken) => InTurnAsync(
        StopFailed,
        async tool =>
        {
            ProgramEnd end;
            try
            {
                end = await ProgramRun.ToItsEndAsync(
                    new ProgramStart(tool.ToolPath!, ["server", "stop"], userFolder, ToolPatience, ToolOutputBytes, ToolOutputBytes), time, cancellationToken);
            }
            catch (ProgramStartException e)
            {
                throw Failure(ErrorCode.LmStudioFailed, StopFailed, e.Message);
            }

            if (end.ExitCode != 0)
            {
                throw Failure(ErrorCode.LmStudioFailed, StopFailed, end.IsTimedOut ? "lms took over ten seconds." : $"lms ended with {end.ExitCode}.");
            }

            if (!await ComesToAsync(LmStudioState.Stopped, cancellationToken))
            {
                throw Failure(ErrorCode.LmStudioFailed, StopFailed, $"It is still there at {LmStudioServerPayload.TextOf(Api.Endpoint)}.");
            }
        },
        cancellationToken);

    public void Dispose()
    {
        Api.Dispose();
        _turn.Dispose();
    }

    // Two that start it at once would start it twice.
    private async Task InTurnAsync(string failed, Func<LmStudioPlace, Task> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var place = Place;
            if (place.ToolPath is null)
            {
                throw new RequestException(ErrorCode.LmStudioNotInstalled, "LM Studio is not installed");
            }

            if (place.Fault() is { } fault)
            {
                throw Failure(ErrorCode.LmStudioFailed, failed, $"LM Studio's tool is not run: {fault}.");
            }

            await work(place);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <returns>Whether it comes to that in time.</returns>
    private async Task<bool> ComesToAsync(LmStudioState wanted, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ServerPatience, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (await Api.StateAsync(ending.Token) != wanted)
            {
                await Task.Delay(Pause, time, ending.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // Clients know the messages by their words, so what else there is to say stands beside them.
    private static RequestException Failure(ErrorCode code, string message, string advice)
        => new(code, message) { Details = new ErrorDetails { Advice = advice } };

    private static void StartTool(LmStudioPlace tool)
    {
        string[] arguments = ["server", "start"];
        try
        {
            if (OperatingSystem.IsWindows())
            {
                DetachedProcess.Start(tool.ToolPath!, arguments, ChildEnvironment.KeepsForProgram);
            }
            else
            {
                UnixChild.StartAndForget(tool.ToolPath!, arguments, ChildEnvironment.Variables(ChildEnvironment.KeepsForProgram));
            }
        }
        catch (Exception e) when (e is IOException or ProgramStartException)
        {
            throw Failure(ErrorCode.LmStudioFailed, StartFailed, e.Message);
        }
    }
}
