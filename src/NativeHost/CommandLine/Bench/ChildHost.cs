using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using NativeHost.Framing;

namespace NativeHost.CommandLine.Bench;

/// <summary>A host in a process of its own, as a browser starts it, and its client: one thread that blocks, and looks at little.</summary>
/// <remarks>What the client does costs the host's threads a share of the processor, so it does as little as it can.</remarks>
internal sealed class ChildHost : IDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Stream _requests;
    private readonly Stream _answers;
    private readonly byte[] _frame = new byte[FrameLimits.HeaderBytes + FrameLimits.MaxOutboundBytes];

    public ChildHost()
    {
        var start = new ProcessStartInfo(HostExecutable.Path, ["serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new IOException("The host did not start.");
        _requests = _process.StandardInput.BaseStream;
        _answers = _process.StandardOutput.BaseStream;
    }

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

    /// <summary>Sends a request and waits for its final frame.</summary>
    /// <param name="onToken">Told of each event frame that brings text.</param>
    /// <returns>The final frame.</returns>
    /// <exception cref="IOException">The host ended, or answered with an error.</exception>
    public JsonElement Ask(string json, Action? onToken = null)
    {
        var length = Encoding.UTF8.GetBytes(json, _frame.AsSpan(FrameLimits.HeaderBytes));
        BinaryPrimitives.WriteInt32LittleEndian(_frame, length);
        _requests.Write(_frame, 0, FrameLimits.HeaderBytes + length);
        _requests.Flush();
        while (true)
        {
            var frame = Read();
            if (Find(frame, "status"u8, depth: 1) is null)
            {
                if (Find(frame, "token"u8, depth: 2) is { Length: > 0 })
                {
                    onToken?.Invoke();
                }

                continue;
            }

            var reader = new Utf8JsonReader(frame);
            var answer = JsonElement.ParseValue(ref reader);
            return answer.GetProperty("status").GetString() == "success"
                ? answer
                : throw new IOException(answer.GetProperty("message").GetString());
        }
    }

    /// <summary>Ends its input, which ends it.</summary>
    public void Dispose()
    {
        _requests.Close();
        if (!_process.WaitForExit(ExitPatience))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private ReadOnlySpan<byte> Read()
    {
        _answers.ReadExactly(_frame, 0, FrameLimits.HeaderBytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(_frame);
        _answers.ReadExactly(_frame, FrameLimits.HeaderBytes, length);
        return _frame.AsSpan(FrameLimits.HeaderBytes, length);
    }

    /// <param name="depth">1 for a field of the message, 2 for one of its payload.</param>
    /// <returns>The field's text; null where it has none or is not there.</returns>
    private static string? Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> field, int depth)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth && reader.ValueTextEquals(field))
            {
                return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
        }

        return null;
    }
}
