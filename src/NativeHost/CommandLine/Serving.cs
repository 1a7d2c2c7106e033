using System.IO.Pipelines;
using System.Runtime.InteropServices;
using NativeHost.Framing;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.CommandLine;

/// <summary>Serves stdin and stdout: the whole host in one process.</summary>
internal static class Serving
{
    /// <summary>How long a client that is gone is given to see its work end, before the process leaves it.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Serves until stdin ends or the system asks the process to end.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Caller caller, WireFormat format, EndOfInput endOfInput, HostLog log)
    {
#pragma warning disable CA2000 // They live as long as the process: a handler that still writes must not find its stream closed.
        var output = StandardStreams.TakeOutput();
        var input = StandardStreams.OpenInput();
        var composition = new Composition(log, caller.Kind == CallerKind.Local ? Environment.CurrentDirectory : null);
#pragma warning restore CA2000
        using var ending = new CancellationTokenSource();
        var serving = ServeAsync(composition, input, output, caller, format, endOfInput, ending.Token);

        // From here on, because the first answer does not wait for it.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, ending));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, ending));
        log.Started(HostVersion.Text, $"{caller.Kind} {format}");
        var exitCode = await serving;
        log.Ended(exitCode);
        return exitCode;
    }

    private static async Task<int> ServeAsync(
        Composition composition,
        Stream input,
        Stream output,
        Caller caller,
        WireFormat format,
        EndOfInput endOfInput,
        CancellationToken ending)
    {
        var pipe = PipeReader.Create(input);
        IMessageReader reader = format == WireFormat.Frames ? new FrameReader(pipe) : new LineReader(pipe);
        using var writer = new FrameWriter(output, format);
        try
        {
            var serving = ServeAndCloseAsync(composition, reader, writer, caller, endOfInput, ending);
            await WaitAsync(serving, ending);
            return ExitCodes.Ok;
        }
        catch (FramingException)
        {
            return ExitCodes.FrameBoundaryLost;
        }
        catch (IOException)
        {
            // The client closed its end of either pipe; nobody is left to tell.
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Ok;
        }
    }

    private static async Task ServeAndCloseAsync(
        Composition composition,
        IMessageReader reader,
        FrameWriter writer,
        Caller caller,
        EndOfInput endOfInput,
        CancellationToken ending)
    {
        await composition.ServeAsync(reader, writer, caller, endOfInput, ending);

        // Only here does nothing run any more. Elsewhere memory is the system's to take back: a browser kills what lingers, and a
        // handler may be stuck in a write that nobody reads.
        if (endOfInput == EndOfInput.Finishes && !ending.IsCancellationRequested)
        {
            await composition.DisposeAsync();
        }
    }

    private static async Task WaitAsync(Task serving, CancellationToken ending)
    {
        var ended = new TaskCompletionSource();
        await using var registration = ending.UnsafeRegister(_ => ended.TrySetResult(), null);
        await Task.WhenAny(serving, ended.Task);
        await serving.WaitAsync(ending.IsCancellationRequested ? LastWait : Timeout.InfiniteTimeSpan, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (serving.IsCompleted)
        {
            await serving;
        }
    }

    private static void Cancel(PosixSignalContext context, CancellationTokenSource ending)
    {
        context.Cancel = true;
        ending.Cancel();
    }
}
