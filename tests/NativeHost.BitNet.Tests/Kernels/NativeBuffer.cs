using System.Runtime.InteropServices;

namespace NativeHost.BitNet.Tests.Kernels;

/// <summary>Memory aligned for kernels, filled with a byte that shows what was not written.</summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    public const byte Untouched = 0xA5;

    private const int Alignment = 64;

    public NativeBuffer(long length)
    {
        Length = (int)length;
        Pointer = (T*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, length * sizeof(T)), Alignment);
        MemoryMarshal.AsBytes(Span).Fill(Untouched);
    }

    public int Length { get; }

    public T* Pointer { get; }

    public Span<T> Span => new(Pointer, Length);

    public void Dispose() => NativeMemory.AlignedFree(Pointer);
}
