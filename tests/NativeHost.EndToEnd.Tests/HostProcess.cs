using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace NativeHost.EndToEnd.Tests;

/// <summary>The published host, started and spoken to as a browser does: length-prefixed frames on two pipes.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryHome _home = new();
    private readonly Process _process;
    private readonly Task<string> _errors;

    private HostProcess(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(PublishedHost.Executable(), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _home.Apply(start);
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public int Id => _process.Id;

    /// <summary>Memory of the process that is in use, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts the host with the origin that Chromium hands over as the first argument.</summary>
    public static HostProcess StartAsBrowser() => new([$"chrome-extension://{new string('a', 32)}/"]);

    public static HostProcess Start(params string[] arguments) => new(arguments);

    /// <summary>Writes one frame.</summary>
    public async Task SendAsync(string json, CancellationToken cancellationToken)
    {
        await Input.WriteAsync(Frame(json), cancellationToken);
        await Input.FlushAsync(cancellationToken);
    }

    /// <summary>Reads one frame; fails where the stream ends or nothing comes.</summary>
    public async Task<JsonElement> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var patience = Limited(cancellationToken);
        var length = new byte[4];
        await Output.ReadExactlyAsync(length, patience.Token);
        var json = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        await Output.ReadExactlyAsync(json, patience.Token);
        return JsonDocument.Parse(json).RootElement;
    }

    /// <summary>Sends a request and reads frames until its final one, which has a status.</summary>
    public async Task<JsonElement> AskAsync(string json, CancellationToken cancellationToken)
    {
        await SendAsync(json, cancellationToken);
        while (true)
        {
            var frame = await ReceiveAsync(cancellationToken);
            if (frame.TryGetProperty("status", out _))
            {
                return frame;
            }
        }
    }

    /// <summary>What is left on stdout after the last frame read.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        using var patience = Limited(cancellationToken);
        using var reader = new StreamReader(Output, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(patience.Token);
    }

    /// <summary>Waits for the end of the process.</summary>
    /// <returns>The exit code and the time that passed until then.</returns>
    public async Task<HostExit> ExitAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var patience = Limited(cancellationToken);
        await _process.WaitForExitAsync(patience.Token);
        return new(_process.ExitCode, watch.Elapsed);
    }

    /// <summary>Everything the ended host wrote to stderr.</summary>
    public Task<string> ErrorsAsync(CancellationToken cancellationToken) => _errors.WaitAsync(Patience, cancellationToken);

    /// <summary>Sends the signal that asks a process to end.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Closes the host's stdin, as a browser does when the port is closed.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _home.Dispose();
    }

    public static byte[] Frame(string json)
    {
        var frame = new byte[4 + Encoding.UTF8.GetByteCount(json)];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        Encoding.UTF8.GetBytes(json, frame.AsSpan(4));
        return frame;
    }

    private static CancellationTokenSource Limited(CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(Patience);
        return source;
    }
}

/// <summary>How a host ended, and how long that took.</summary>
internal readonly record struct HostExit(int Code, TimeSpan After);
