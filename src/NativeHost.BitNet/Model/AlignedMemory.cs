using System.Runtime.InteropServices;

namespace NativeHost.BitNet.Model;

/// <summary>Zeroed memory outside the collected heap, in 64-byte aligned parts, freed together.</summary>
internal sealed unsafe class AlignedMemory : IDisposable
{
    private const int Alignment = 64;
    private readonly List<nint> _parts = [];

    /// <summary>Of all parts.</summary>
    public long Bytes { get; private set; }

    /// <summary>A part of so many elements; zeroed.</summary>
    public T* New<T>(long count)
        where T : unmanaged
    {
        var bytes = (nuint)Math.Max(count * sizeof(T), 1);
        var part = NativeMemory.AlignedAlloc(bytes, Alignment);
        _parts.Add((nint)part);
        Bytes += (long)bytes;
        NativeMemory.Clear(part, bytes);
        return (T*)part;
    }

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            NativeMemory.AlignedFree((void*)part);
        }

        _parts.Clear();
        Bytes = 0;
    }
}
