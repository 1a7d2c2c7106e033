using System.Buffers.Binary;

namespace NativeHost.Testing;

/// <summary>Content that is computed from a seed at any offset, so that its size costs no memory.</summary>
/// <remarks>
/// Begins as an empty GGUF file does (magic, version 3, no tensors, no pairs; 24 bytes), since a client may look at the first bytes;
/// shorter content is a part of that. The 8 bytes at offset 8·i are splitmix64's output for the counter seed + (i + 1)·γ, little-endian.
/// </remarks>
/// <param name="size">Bytes.</param>
public sealed class GeneratedContent(long size, ulong seed) : FileContent
{
    private const int WordBytes = sizeof(ulong);
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private static readonly byte[] Head = [(byte)'G', (byte)'G', (byte)'U', (byte)'F', 3, .. new byte[19]];

    public override long Length => size;

    public override void Read(long offset, Span<byte> into)
    {
        Fill(offset, into);
        if (offset < Head.Length)
        {
            var head = Head.AsSpan((int)offset);
            head[..Math.Min(head.Length, into.Length)].CopyTo(into);
        }
    }

    private void Fill(long offset, Span<byte> into)
    {
        Span<byte> word = stackalloc byte[WordBytes];
        var skip = (int)(offset % WordBytes);
        var index = (ulong)(offset / WordBytes);
        while (into.Length > 0)
        {
            if (skip == 0 && into.Length >= WordBytes)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(into, WordAt(index++));
                into = into[WordBytes..];
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(word, WordAt(index++));
            var count = Math.Min(WordBytes - skip, into.Length);
            word.Slice(skip, count).CopyTo(into);
            into = into[count..];
            skip = 0;
        }
    }

    private ulong WordAt(ulong index)
    {
        var z = seed + ((index + 1) * Gamma);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
