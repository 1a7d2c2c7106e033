using System.Runtime.InteropServices;

namespace NativeHost.Inference;

/// <summary>A flag that a computing engine looks at, and that any thread may raise.</summary>
/// <remarks>It lives in native memory, so that native code can read it; the owner disposes it after the model.</remarks>
public sealed unsafe class AbortSignal : IDisposable
{
    private int* _cell = (int*)NativeMemory.AllocZeroed(sizeof(int));

    ~AbortSignal() => Free();

    /// <summary>Address of a 32-bit integer that is not 0 while the signal is raised.</summary>
    public nint Address => (nint)_cell;

    public bool IsRaised => Volatile.Read(ref *_cell) != 0;

    public void Raise() => Volatile.Write(ref *_cell, 1);

    public void Lower() => Volatile.Write(ref *_cell, 0);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_cell);
        _cell = null;
    }
}
