using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Tests.Recorded;

/// <summary>Values of a kernel of macOS, as <c>sysctl</c> prints them: <c>name: value</c>.</summary>
internal sealed class RecordedMac(string printed, uint[]? memory = null, params (string Name, byte[] Value)[] binary) : IMacKernel
{
    private readonly Dictionary<string, string> _values = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(": ", 2))
        .ToDictionary(fields => fields[0], fields => fields[1]);

    public uint[]? Ticks { get; set; }

    public byte[]? Value(string name)
    {
        if (Array.Find(binary, value => value.Name == name).Value is { } bytes)
        {
            return bytes;
        }

        if (!_values.TryGetValue(name, out var text))
        {
            return null;
        }

        if (!long.TryParse(text, CultureInfo.InvariantCulture, out var number))
        {
            return Encoding.UTF8.GetBytes(text + "\0");
        }

        // Counts are of 32 bits there, sizes of 64.
        var value = new byte[number > int.MaxValue || name.Contains("size", StringComparison.Ordinal) ? 8 : 4];
        if (value.Length == 8)
        {
            BinaryPrimitives.WriteInt64LittleEndian(value, number);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(value, (int)number);
        }

        return value;
    }

    public uint[]? MemoryStatistics() => memory;

    public uint[]? ProcessorTicks() => Ticks;
}
