using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace NativeHost.Benchmarks;

/// <summary>A program that speaks frames over its stdin and stdout, as a browser starts it.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process _process;
    private readonly byte[] _header = new byte[sizeof(uint)];

    public HostProcess(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Settings of this machine for Node, such as more certificates, slow its start by tens of milliseconds.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("NODE_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Sends a request and reads one frame.</summary>
    public string Ask(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        BinaryPrimitives.WriteInt32LittleEndian(_header, bytes.Length);
        var input = _process.StandardInput.BaseStream;
        input.Write(_header);
        input.Write(bytes);
        input.Flush();

        var output = _process.StandardOutput.BaseStream;
        output.ReadExactly(_header);
        var answer = new byte[BinaryPrimitives.ReadInt32LittleEndian(_header)];
        output.ReadExactly(answer);
        return Encoding.UTF8.GetString(answer);
    }

    /// <summary>Resident memory, in bytes.</summary>
    public long ResidentBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>Ends its input and waits.</summary>
    /// <returns>The processor time that it used.</returns>
    public TimeSpan End()
    {
        var used = _process.TotalProcessorTime;
        _process.StandardInput.Close();
        _process.WaitForExit();
        return used;
    }

    public void Dispose() => _process.Dispose();
}
