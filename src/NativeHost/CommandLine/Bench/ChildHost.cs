using System.Diagnostics;
using System.IO.Pipelines;
using NativeHost.Framing;

namespace NativeHost.CommandLine.Bench;

/// <summary>A host in a process of its own, as a browser starts it.</summary>
internal sealed class ChildHost : IAsyncDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly FrameWriter _requests;

    public ChildHost()
    {
        var start = new ProcessStartInfo(HostExecutable.Path, ["serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new IOException("The host did not start.");
        _requests = new FrameWriter(_process.StandardInput.BaseStream, WireFormat.Frames);
        Port = new PortClient(new FrameReader(PipeReader.Create(_process.StandardOutput.BaseStream)), _requests);
    }

    public PortClient Port { get; }

    /// <summary>Processor time that all its threads have used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Ends its input, which ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(ExitPatience);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _requests.Dispose();
        _process.Dispose();
    }
}
