using System.Buffers.Binary;
using System.Runtime.Versioning;
using Microsoft.Win32;

namespace NativeHost.Hardware.Probing;

/// <summary>The machine's part of the registry of Windows.</summary>
internal interface IMachineRegistry
{
    /// <summary>Names of the keys below a key; none where it is not there, or not for this user.</summary>
    IReadOnlyList<string> Keys(string key);

    /// <summary>A text; null where there is none.</summary>
    string? Text(string key, string value);

    /// <summary>A number, however it is stored; null where there is none.</summary>
    long? Number(string key, string value);
}

/// <summary>The registry of this machine.</summary>
[SupportedOSPlatform("windows")]
internal sealed class MachineRegistry : IMachineRegistry
{
    public IReadOnlyList<string> Keys(string key)
    {
        using var opened = Open(key);
        return opened?.GetSubKeyNames() ?? [];
    }

    public string? Text(string key, string value) => Value(key, value) switch
    {
        string text => text,
        string[] texts => texts.FirstOrDefault(),
        _ => null,
    };

    public long? Number(string key, string value) => Value(key, value) switch
    {
        int number => (uint)number,
        long number => number,
        byte[] { Length: 8 } bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        byte[] { Length: 4 } bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => null,
    };

    private static object? Value(string key, string value)
    {
        using var opened = Open(key);
        return opened?.GetValue(value);
    }

    private static RegistryKey? Open(string key)
    {
        try
        {
            return Registry.LocalMachine.OpenSubKey(key);
        }
        catch (Exception e) when (e is System.Security.SecurityException or UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }
}
