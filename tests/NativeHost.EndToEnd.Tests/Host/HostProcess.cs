using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>Which of the published programs a browser starts.</summary>
public enum HostProgram
{
    /// <summary>The whole host in one process.</summary>
    InProcess,

    /// <summary>The front, which passes frames to the broker.</summary>
    Front,
}

/// <summary>A published executable, started as a browser would start it, with this test at the other end of its pipes.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    /// <summary>The origin of a made-up extension, in the form of Chromium's first argument.</summary>
    public const string Origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";

    /// <summary>What a browser takes from a host; it closes the port on one byte more.</summary>
    private const int MaxFrameBytes = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Stream _toHost;
    private readonly Stream _fromHost;
    private readonly Task<string> _stderr;
    private int _lastRequest;

    private HostProcess(Process process)
    {
        _process = process;
        _toHost = process.StandardInput.BaseStream;
        _fromHost = process.StandardOutput.BaseStream;
        _stderr = process.StandardError.ReadToEndAsync();
    }

    public int Pid => _process.Id;

    /// <summary>The memory that the process has in use now, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts <c>tabagent</c>.</summary>
    public static HostProcess Start(TemporaryHome home, params string[] arguments)
        => StartProgram(home, Repository.Published(), arguments, new Dictionary<string, string>());

    /// <summary>Starts what browsers start, as Chromium does.</summary>
    public static HostProcess StartAsBrowser(TemporaryHome home, HostProgram program, string origin = Origin)
        => StartProgram(home, Repository.Published(program == HostProgram.Front ? "tabagent-host" : "tabagent"), [origin], new Dictionary<string, string>());

    /// <summary>Starts the front that the installer put into this home.</summary>
    public static HostProcess StartInstalled(TemporaryHome home)
        => StartProgram(home, Path.Combine(home.Programs, "tabagent-host"), [Origin], new Dictionary<string, string>());

    /// <summary>Starts any program that speaks frames.</summary>
    /// <param name="environment">Variables that it gets beside those of the home.</param>
    public static HostProcess StartProgram(
        TemporaryHome home, string program, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        home.Give(start);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new HostProcess(Process.Start(start)!);
    }

    /// <summary>Sends a request under an id of its own and collects its frames up to the final one.</summary>
    /// <exception cref="HostFailedException">What came back was not the frames of this request.</exception>
    public async Task<Exchange> AskAsync(JsonObject request, CancellationToken cancellationToken)
    {
        var requestId = (++_lastRequest).ToString();
        request["requestId"] = requestId;
        await SendFrameAsync(request.ToJsonString(), cancellationToken);
        var events = new List<JsonObject>();
        while (await ReceiveAsync(cancellationToken) is { } frame)
        {
            if (frame["requestId"]?.ToString() != requestId)
            {
                throw new HostFailedException($"A frame of no open request: {frame.ToJsonString()}");
            }

            if (frame["status"] is not null)
            {
                return new Exchange(events, frame);
            }

            events.Add(frame);
        }

        throw new HostFailedException(
            $"The host ended after {events.Count} events. Its stderr: {await _stderr.WaitAsync(Patience, cancellationToken)}");
    }

    public async Task SendFrameAsync(string text, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var frame = new byte[sizeof(uint) + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)body.Length);
        body.CopyTo(frame, sizeof(uint));
        await SendBytesAsync(frame, cancellationToken);
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _toHost.WriteAsync(bytes, cancellationToken);
        await _toHost.FlushAsync(cancellationToken);
    }

    /// <returns>The next frame, or null where stdout ends between two frames.</returns>
    /// <exception cref="HostFailedException">There is something on stdout that is no frame with a JSON object in it.</exception>
    public async Task<JsonObject?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var prefix = await ReadAsync(sizeof(uint), cancellationToken);
        if (prefix.Length == 0)
        {
            return null;
        }

        var length = prefix.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(prefix) : uint.MaxValue;
        if (length is 0 or > MaxFrameBytes)
        {
            throw new HostFailedException($"No frame begins with the bytes {Convert.ToHexString(prefix)}.");
        }

        var body = await ReadAsync((int)length, cancellationToken);
        try
        {
            return JsonNode.Parse(body)!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HostFailedException($"A frame of {length} bytes holds {body.Length} that are no JSON object: {e.Message}");
        }
    }

    /// <returns>All frames up to the end of stdout.</returns>
    public async Task<IReadOnlyList<JsonObject>> ReceiveAllAsync(CancellationToken cancellationToken)
    {
        var frames = new List<JsonObject>();
        while (await ReceiveAsync(cancellationToken) is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    public void EndInput() => _toHost.Dispose();

    /// <summary>Sends SIGTERM, as Firefox does to a host that outlives its port.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", Pid.ToString()]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <returns>The exit code.</returns>
    /// <exception cref="TimeoutException">The host still ran after <paramref name="patience"/>.</exception>
    public async Task<int> ExitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(patience, cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>The lines on stdout up to its end, for a host that prints text instead of frames.</summary>
    public async Task<IReadOnlyList<string>> PrintedLinesAsync(CancellationToken cancellationToken)
    {
        var text = await _process.StandardOutput.ReadToEndAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    // Fewer bytes than asked for only at the end of stdout.
    private async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var bytes = new byte[count];
        try
        {
            var read = await _fromHost.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, patience.Token);
            return bytes[..read];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HostFailedException($"The host wrote nothing for {Patience.TotalSeconds} s.");
        }
    }
}
