using System.Globalization;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Tests.Recorded;

/// <summary>Keys of a machine's registry, as <c>reg query</c> prints them: a key, and below it its values with name, type and data.</summary>
internal sealed class RecordedRegistry : IMachineRegistry
{
    private const string Hive = @"HKEY_LOCAL_MACHINE\";

    private readonly Dictionary<string, Dictionary<string, (string Type, string Data)>> _keys = new(StringComparer.OrdinalIgnoreCase);

    public RecordedRegistry(string printed)
    {
        Dictionary<string, (string, string)> values = [];
        foreach (var line in printed.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(Hive, StringComparison.Ordinal))
            {
                _keys[line[Hive.Length..].Trim()] = values = [];
            }
            else if (line.Split("    ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var name, var type, var data])
            {
                values[name] = (type, data);
            }
        }
    }

    public IReadOnlyList<string> Keys(string key)
        =>
        [
            .. _keys.Keys.Where(name => name.StartsWith($@"{key}\", StringComparison.OrdinalIgnoreCase))
                .Select(name => name[(key.Length + 1)..].Split('\\')[0])
                .Distinct(),
        ];

    public string? Text(string key, string value) => Find(key, value) is ("REG_SZ" or "REG_MULTI_SZ", var data) ? data : null;

    public long? Number(string key, string value) => Find(key, value) switch
    {
        ("REG_DWORD" or "REG_QWORD", var data) => long.Parse(data[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        ("REG_BINARY", var data) => Convert.FromHexString(data).Reverse().Aggregate(0L, (number, part) => (number << 8) | part),
        _ => null,
    };

    private (string Type, string Data) Find(string key, string value)
        => _keys.TryGetValue(key, out var values) && values.TryGetValue(value, out var found) ? found : default;
}
