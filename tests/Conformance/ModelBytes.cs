using System.Text;

namespace NativeHost.Testing;

/// <summary>Changes to model files that keep every length, so that the rest of the file stays where it is.</summary>
internal static class ModelBytes
{
    private const int TypeBytes = sizeof(uint);
    private const int LengthBytes = sizeof(ulong);

    /// <summary>Replaces a text value of the header by one of the same length.</summary>
    public static byte[] WithText(byte[] file, string key, string value)
    {
        var changed = (byte[])file.Clone();
        Encoding.UTF8.GetBytes(value).CopyTo(changed.AsSpan(ValueOf(file, key) + LengthBytes));
        return changed;
    }

    /// <summary>Replaces a 32-bit number of the header.</summary>
    public static byte[] WithNumber(byte[] file, string key, uint value)
    {
        var changed = (byte[])file.Clone();
        BitConverter.GetBytes(value).CopyTo(changed.AsSpan(ValueOf(file, key)));
        return changed;
    }

    private static int ValueOf(byte[] file, string key)
    {
        byte[] entry = [.. BitConverter.GetBytes((ulong)key.Length), .. Encoding.UTF8.GetBytes(key)];
        var found = file.AsSpan().IndexOf(entry);
        return found < 0 ? throw new ArgumentException($"The header has no {key}.") : found + entry.Length + TypeBytes;
    }
}
