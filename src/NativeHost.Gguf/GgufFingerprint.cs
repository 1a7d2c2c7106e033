using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.Gguf;

/// <summary>Tells a model's file from others of the same name and length: a hash of its header, and of samples of its weights.</summary>
/// <remarks>
/// Milliseconds, whatever the file's length: all of the header, and 64 KiB at each of 16 places that lie evenly in the weights, the first at their beginning and the last at
/// their end. Files that differ nowhere there have one fingerprint; a model that was trained or quantized anew differs nearly everywhere. The same on all machines.
/// </remarks>
public static class GgufFingerprint
{
    private const int Samples = 16;
    private const int SampleBytes = 64 * 1024;

    /// <summary>64 hexadecimal digits. Of a model in several files the first one's.</summary>
    /// <param name="file">One that was read from its path, where it still is.</param>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string Of(GgufFile file)
    {
        using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = RandomAccess.GetLength(handle);
        var number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, length);
        hash.AppendData(number);
        var weights = Math.Min(file.DataOffset, length);
        Append(hash, handle, 0, weights);
        var last = length - SampleBytes;
        if (last - weights <= (Samples - 1) * (long)SampleBytes)
        {
            Append(hash, handle, weights, length);
        }
        else
        {
            for (var sample = 0; sample < Samples; sample++)
            {
                var start = sample < Samples - 1 ? weights + ((last - weights) / (Samples - 1) * sample) : last;
                Append(hash, handle, start, start + SampleBytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Of a file that is cut meanwhile as much as there is.</summary>
    private static void Append(IncrementalHash hash, SafeFileHandle handle, long start, long end)
    {
        var buffer = new byte[SampleBytes];
        while (start < end && RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - start)), start) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            start += read;
        }
    }
}
